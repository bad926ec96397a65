// Plays every scenario of media over bad networks and writes what came of it:
//   dotnet run -c Release --project tests/Tertulia.Sweep [-- PART-OF-A-NAME] [--trace] [--out FOLDER]
// Writes quality.md and its charts, into docs unless told otherwise; with a part of a name it only prints those rows, with --trace how they
// went from second to second. Fails when a bar is missed.
using Tertulia.Simulation.Sweep;
using Tertulia.Sweep;

string? part = null;
string? folder = null;
var trace = false;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--out" && i + 1 < args.Length) folder = args[++i];
    else if (args[i] == "--trace") trace = true;
    else part = args[i];
}

var groups = ScenarioFiles.Load();
var wanted = groups.SelectMany(group => group.Scenarios).Where(scenario => part is null || scenario.Name.Contains(part, StringComparison.OrdinalIgnoreCase)).ToList();
if (wanted.Count == 0)
{
    Console.Error.WriteLine($"No scenario's name contains '{part}'.");
    return 2;
}

Console.WriteLine(Report.Header);
var outcomes = new Dictionary<Scenario, Outcome>();
Parallel.ForEach(wanted, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, scenario =>
{
    var outcome = ScenarioRun.Play(scenario);
    lock (outcomes)
    {
        outcomes[scenario] = outcome;
        Console.WriteLine(Report.Row(outcome));
        if (trace) Console.Write(Report.Trace(outcome));
    }
});

if (part is null || folder is not null)
{
    folder ??= Path.Combine(RepositoryRoot(), "docs");
    Report.Write(folder, groups, outcomes);
    Console.WriteLine($"Written to {Path.Combine(folder, Report.FileName)}.");
}

var missed = outcomes.Values.Count(outcome => !outcome.Holds);
Console.WriteLine($"{outcomes.Count} scenarios, {missed} with a bar missed");
return missed == 0 ? 0 : 1;

static string RepositoryRoot()
{
    var folder = Environment.CurrentDirectory;
    while (!File.Exists(Path.Combine(folder, "Tertulia.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run this inside the repository.");
    return folder;
}
