using System.Text.RegularExpressions;

namespace Tertulia.Architecture.Tests;

/// <summary>Habits that a compiler does not know.</summary>
public sealed partial class SourceRulesTests
{
    private const int LongestFile = 500;

    private static readonly string[] s_code = [".cs", ".ts", ".tsx", ".js", ".mjs", ".jsx", ".css", ".py", ".sh", ".sql"];

    // The only places where a test may let time pass: helpers that look again until a condition holds or a deadline is over, and
    // the matrix, which measures over a given time.
    private static readonly string[] s_pollingHelpers =
    [
        "tests/e2e/lib/wait.js", "tests/Tertulia.Server.Tests/Support/Eventually.cs", "tests/Tertulia.Control.Tests/Webhooks/WebhookFixture.cs",
        "tests/e2e/quality/matrix.js", "tests/e2e/quality/moments.js", "tests/e2e/quality/moments.js",
    ];

    [Fact]
    public void No_hand_written_file_is_long()
    {
        var wrong = from path in Repository.Files(s_code)
                    let lines = File.ReadLines(Path.Combine(Repository.Root, path)).Count()
                    where lines > LongestFile
                    select $"{path}: {lines} lines";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Tests_wait_for_conditions_and_never_sleep()
    {
        var wrong = from path in Repository.Files(s_code)
                    where IsTest(path) && !s_pollingHelpers.Contains(path)
                    from match in Sleep().Matches(Repository.Read(path))
                    select $"{path}: {match.Value}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_client_package_knows_no_React()
    {
        var imports = from path in Repository.Files(".ts", ".tsx", ".js", ".mjs")
                      where path.StartsWith("web/packages/client/", StringComparison.Ordinal)
                      from match in ReactImport().Matches(Repository.Read(path))
                      select $"{path}: {match.Value}";
        Assert.Empty(imports);

        var dependencies = from path in Repository.Files("package.json")
                           where path == "web/packages/client/package.json"
                           from dependency in BuildRulesTests.NpmDependencies(path)
                           where dependency.Name.Contains("react", StringComparison.OrdinalIgnoreCase)
                           select dependency.Name;
        Assert.Empty(dependencies);
    }

    [Fact]
    public void The_web_app_never_writes_html_from_text()
    {
        var wrong = from path in Repository.Files(".ts", ".tsx", ".js", ".mjs")
                    where path.StartsWith("web/", StringComparison.Ordinal)
                    from match in RawHtml().Matches(Repository.Read(path))
                    select $"{path}: {match.Value}";
        Assert.Empty(wrong);
    }

    private static bool IsTest(string path) =>
        path.StartsWith("tests/", StringComparison.Ordinal) || path.Contains(".test.", StringComparison.Ordinal) || path.Contains("/test/", StringComparison.Ordinal);

    // An endless wait for cancellation is no sleep, nor is the timer of a deadline that rejects.
    [GeneratedRegex(@"Thread\.Sleep\(|Task\.Delay\((?!Timeout\.Infinite)|waitForTimeout\(|new Promise\(\s*\(?\w+\)?\s*=>\s*setTimeout\(|time\.sleep\(|asyncio\.sleep\(|^\s*sleep \d", RegexOptions.Multiline)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"(from|import|require\()\s*['""](react|preact)(-dom)?(/[^'""]*)?['""]")]
    private static partial Regex ReactImport();

    [GeneratedRegex(@"dangerouslySetInnerHTML|\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write\(")]
    private static partial Regex RawHtml();
}
