namespace Tertulia.Architecture.Tests;

/// <summary>Who may use whom: the floors of ARCHITECTURE.md, read from the project files.</summary>
public sealed class DependencyRulesTests
{
    // What a project of each floor may see, directly or through others. The server composes all and may see all.
    private static readonly Dictionary<Floor, Floor[]> s_lowerFloors = new()
    {
        [Floor.Core] = [Floor.Core],
        [Floor.Media] = [Floor.Core, Floor.Media],
        [Floor.Control] = [Floor.Core, Floor.Media, Floor.Control],
        [Floor.Services] = [Floor.Core, Floor.Control, Floor.Services],
        [Floor.Server] = [Floor.Core, Floor.Media, Floor.Control, Floor.Services],
    };

    // A service sees a room only through its taps, and a meeting only as records.
    private static readonly string[] s_hiddenFromServices = ["Tertulia.Sfu", "Tertulia.MediaNode", "Tertulia.Control"];

    private static IEnumerable<Project> Sources => Repository.Projects.Where(project => project.Floor != Floor.Outside);

    [Fact]
    public void Every_project_under_src_stands_on_a_floor()
    {
        Assert.Contains(Sources, project => project.Name == "Tertulia.Server");
        Assert.DoesNotContain(Repository.Projects, project => project.Path.StartsWith("src/", StringComparison.Ordinal) && project.Floor == Floor.Outside);
    }

    [Fact]
    public void Projects_see_only_their_own_floor_and_lower_ones()
    {
        var wrong = from project in Sources
                    from seen in project.Sees(Repository.Find)
                    where !s_lowerFloors[project.Floor].Contains(Repository.Find(seen).Floor)
                    select $"{project.Name} sees {seen}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_but_tests_and_benchmarks_sees_the_server()
    {
        var wrong = Sources.Where(project => project.Sees(Repository.Find).Contains("Tertulia.Server")).Select(project => project.Name);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Services_see_rooms_and_meetings_only_through_taps_and_records()
    {
        var wrong = from project in Sources.Where(project => project.Floor == Floor.Services)
                    from seen in project.Sees(Repository.Find)
                    where s_hiddenFromServices.Contains(seen)
                    select $"{project.Name} sees {seen}";
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Tertulia.Rtc", "")]
    [InlineData("Tertulia.Contracts", "")]
    [InlineData("Tertulia.Storage", "Tertulia.Contracts")]
    public void The_lowest_projects_stay_the_lowest(string name, string allowed)
    {
        var wrong = Repository.Find(name).Sees(Repository.Find).Except(allowed.Split(' '));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_uses_no_package()
    {
        var wrong = from project in Sources.Where(project => project.Floor == Floor.Core)
                    from package in project.Packages
                    select $"{project.Name} uses {package}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Media_uses_neither_data_access_nor_the_web_framework()
    {
        var media = Sources.Where(project => project.Floor is Floor.Core or Floor.Media).ToList();
        var packages = from project in media
                       from package in project.Packages
                       where !package.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                       select $"{project.Name} uses {package}";
        Assert.Empty(packages);
        Assert.DoesNotContain(media, project =>
            Repository.Read(project.Path) is var text && (text.Contains("FrameworkReference", StringComparison.Ordinal) || text.Contains("Sdk.Web", StringComparison.Ordinal)));
    }
}
