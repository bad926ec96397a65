using System.Security.Cryptography;

namespace Tertulia.Objects;

/// <summary>The files of this server: for good, or until the bucket has them.</summary>
internal sealed class ObjectFolder(string root)
{
    private const int CopyBuffer = 128 * 1024;

    public string PathOf(string key) => Path.Combine(root, key);

    /// <summary>Takes a file over: moved where that is possible, and on disk when it completes. Returns its size and SHA-256.</summary>
    public async Task<(long Size, string Sha256)> TakeAsync(string key, string file, CancellationToken cancellation)
    {
        var target = Prepare(key);
        var measured = await SettleAsync(file, cancellation);
        File.Move(file, target, overwrite: true);
        return measured;
    }

    public async Task<(long Size, string Sha256)> WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var target = Prepare(key);
        var temporary = target + ".part";
        await File.WriteAllBytesAsync(temporary, content, cancellation);
        var measured = await SettleAsync(temporary, cancellation);
        File.Move(temporary, target, overwrite: true);
        return measured;
    }

    /// <summary>Null if the file is not there.</summary>
    public FileStream? Open(string key)
    {
        try
        {
            return new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, CopyBuffer, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Deletes a file, and the folders that are empty without it. No error if there is none.</summary>
    public void Delete(string key)
    {
        var path = PathOf(key);
        if (!Directory.Exists(Path.GetDirectoryName(path))) return;
        File.Delete(path);
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // Others are in it.
                return;
            }
        }
    }

    private string Prepare(string key)
    {
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static async Task<(long Size, string Sha256)> SettleAsync(string file, CancellationToken cancellation)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, CopyBuffer, FileOptions.Asynchronous);
        var hash = await SHA256.HashDataAsync(stream, cancellation);
        stream.Flush(flushToDisk: true);
        return (stream.Length, Convert.ToHexStringLower(hash));
    }
}
