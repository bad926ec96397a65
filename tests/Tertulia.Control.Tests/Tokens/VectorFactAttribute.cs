namespace Tertulia.Control.Tests.Tokens;

/// <summary>A test that reads a published vector file beside the repository, skipped by name where there is none.</summary>
internal sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute(string file)
    {
        if (!File.Exists(PathOf(file))) Skip = $"{file} is not there";
    }

    public static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tertulia.slnx"))) folder = folder.Parent;
        return Path.Combine(folder?.Parent?.FullName ?? "", "shared", "vectors", file);
    }
}
