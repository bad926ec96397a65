using System.Text.Json;

namespace Tertulia.Tls.Tests.MlKem;

/// <summary>A test that reads a published vector file beside the repository, skipped by name where there is none.</summary>
internal sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute(string file)
    {
        if (!File.Exists(Vectors.PathOf(file))) Skip = $"{file} is not there";
    }
}

internal static class Vectors
{
    public static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tertulia.slnx"))) folder = folder.Parent;
        return Path.Combine(folder?.Parent?.FullName ?? "", "shared", "vectors", file);
    }

    /// <summary>The tests of every group in a list of groups that the filter takes.</summary>
    public static IEnumerable<JsonElement> Of(string file, string list, Func<JsonElement, bool>? filter = null)
    {
        var document = JsonDocument.Parse(File.ReadAllBytes(PathOf(file)));
        return from tests in document.RootElement.GetProperty(list).EnumerateArray()
               where filter is null || filter(tests)
               from test in tests.GetProperty("tests").EnumerateArray()
               select test;
    }

    public static byte[] Hex(this JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    public static string Id(this JsonElement test) => $"test case {test.GetProperty("tcId")}";
}
