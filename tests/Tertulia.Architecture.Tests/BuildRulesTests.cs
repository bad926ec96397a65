using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tertulia.Architecture.Tests;

/// <summary>Rules that every project builds under, and that no project may quietly leave.</summary>
public sealed partial class BuildRulesTests
{
    private static readonly string[] s_setOnlyCentrally =
    [
        "Nullable", "TreatWarningsAsErrors", "WarningsNotAsErrors", "NoWarn", "EnforceCodeStyleInBuild", "AnalysisLevel", "TargetFramework", "TargetFrameworks",
        "ManagePackageVersionsCentrally", "RestorePackagesWithLockFile",
    ];

    [Theory]
    [InlineData("Nullable", "enable")]
    [InlineData("TreatWarningsAsErrors", "true")]
    [InlineData("EnforceCodeStyleInBuild", "true")]
    [InlineData("ManagePackageVersionsCentrally", "true")]
    [InlineData("RestorePackagesWithLockFile", "true")]
    public void Central_properties_are_strict(string property, string value)
    {
        var document = XDocument.Parse(Repository.Read("Directory.Build.props"));
        var settings = document.Descendants(property).ToList();
        Assert.Equal(value, Assert.Single(settings).Value);
        Assert.Null(settings[0].Attribute("Condition") ?? settings[0].Parent!.Attribute("Condition"));
    }

    [Fact]
    public void No_project_overrides_them()
    {
        var wrong = from project in Repository.Projects
                    from property in s_setOnlyCentrally
                    where project.Properties.ContainsKey(property)
                    select $"{project.Path} sets {property}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_source_file_leaves_nullable_checking()
    {
        var wrong = Repository.Files(".cs").Where(path => NullableSwitch().IsMatch(Repository.Read(path)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_is_in_the_solution_and_has_a_lock_file()
    {
        var solution = XDocument.Parse(Repository.Read("Tertulia.slnx")).Descendants("Project").Select(project => (string?)project.Attribute("Path"));
        Assert.Equal(Repository.Projects.Select(project => project.Path).Order(), solution.Order());
        Assert.Empty(Repository.Projects.Where(project =>
            !File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(project.Path)!, "packages.lock.json"))).Select(project => project.Path));
    }

    [Fact]
    public void Package_versions_are_exact()
    {
        var central = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => ((string?)package.Attribute("Include"), Version: (string?)package.Attribute("Version") ?? ""));
        Assert.DoesNotContain(central, package => !ExactVersion().IsMatch(package.Version));

        var npm = from path in Repository.Files("package.json")
                  from dependency in NpmDependencies(path)
                  where !ExactVersion().IsMatch(dependency.Version) && !dependency.Version.StartsWith("file:", StringComparison.Ordinal)
                      && !dependency.Name.StartsWith("@tertulia/", StringComparison.Ordinal)
                  select $"{path}: {dependency}";
        Assert.Empty(npm);
    }

    [Fact]
    public void Lock_files_name_no_registry_but_the_public_one()
    {
        var wrong = Repository.Files("package-lock.json")
            .Where(path => ResolvedElsewhere().IsMatch(Repository.Read(path)));
        Assert.Empty(wrong);
    }

    internal static IEnumerable<(string Name, string Version)> NpmDependencies(string path)
    {
        using var document = JsonDocument.Parse(Repository.Read(path));
        foreach (var section in (string[])["dependencies", "devDependencies", "optionalDependencies"])
        {
            if (document.RootElement.TryGetProperty(section, out var dependencies))
            {
                foreach (var dependency in dependencies.EnumerateObject())
                {
                    yield return (dependency.Name, dependency.Value.GetString() ?? "");
                }
            }
        }
    }

    [GeneratedRegex(@"^\s*#nullable\s+(disable|restore)", RegexOptions.Multiline)]
    private static partial Regex NullableSwitch();

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"""resolved"":\s*""https?://(?!registry\.npmjs\.org/)")]
    private static partial Regex ResolvedElsewhere();
}
