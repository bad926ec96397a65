using System.Xml.Linq;

namespace Tertulia.Architecture.Tests;

/// <summary>The checkout under test: its projects and its hand-written files.</summary>
internal static class Repository
{
    private static readonly string[] s_generated = ["bin", "obj", "node_modules", "dist", "artifacts", "data", "TestResults", "coverage"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Project> Projects { get; } =
        [.. Files(".csproj").Select(path => Project.Load(path, File.ReadAllText(Path.Combine(Root, path))))];

    public static Project Find(string name) => Projects.Single(project => project.Name == name);

    /// <summary>Paths from the root, with forward slashes; nothing that is built, downloaded or hidden (save the folder of the CI).</summary>
    public static IEnumerable<string> Files(params string[] endings) =>
        Walk(Root).Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))).Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }

        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            var name = Path.GetFileName(child);
            if (s_generated.Contains(name) || (name.StartsWith('.') && name != ".ci"))
            {
                continue;
            }

            foreach (var file in Walk(child))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tertulia.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Tertulia.slnx.");
    }
}

internal enum Floor
{
    Core,
    Media,
    Control,
    Services,
    Server,
    Outside
}

/// <summary>One project file: what it references, by name, and the build properties it sets itself.</summary>
internal sealed record Project(
    string Name, string Path, IReadOnlyList<string> References, IReadOnlyList<string> Packages, IReadOnlyDictionary<string, string> Properties)
{
    public Floor Floor => Path.Split('/') switch
    {
        ["src", "Core", ..] => Floor.Core,
        ["src", "Media", ..] => Floor.Media,
        ["src", "Control", ..] => Floor.Control,
        ["src", "Services", ..] => Floor.Services,
        ["src", "Tertulia.Server", ..] => Floor.Server,
        _ => Floor.Outside,
    };

    /// <summary>Every project that this one sees: references flow on to those who reference.</summary>
    public IReadOnlySet<string> Sees(Func<string, Project> find)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(References);
        while (open.TryPop(out var name))
        {
            if (seen.Add(name))
            {
                foreach (var next in find(name).References)
                {
                    open.Push(next);
                }
            }
        }

        return seen;
    }

    public static Project Load(string path, string xml)
    {
        var document = XDocument.Parse(xml);
        string[] Includes(string element) =>
            [.. document.Descendants(element).Select(item => (string?)item.Attribute("Include")).OfType<string>()];

        return new Project(
            NameOf(path),
            path,
            [.. Includes("ProjectReference").Select(NameOf)],
            Includes("PackageReference"),
            document.Descendants("PropertyGroup").Elements()
                .GroupBy(property => property.Name.LocalName)
                .ToDictionary(group => group.Key, group => string.Join(';', group.Select(property => property.Value))));
    }

    private static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
