namespace Tertulia.Server.Hosting;

/// <summary>The data directory, claimed for this process: two servers on one folder would each take the other's participants for lost.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream claimed) => _lock = claimed;

    public static DataFolder Claim(string directory)
    {
        try
        {
            return new(new FileStream(Path.Combine(directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new StartupException($"The data directory '{directory}' is in use by another Tertulia ({e.Message.TrimEnd('.')}). Set Tertulia__DataDirectory to another folder, or stop the other server.");
        }
    }

    public void Dispose() => _lock.Dispose();
}
