// Feeds damaged inputs to every parser for as long as wished:
//   dotnet run -c Release --project tests/Tertulia.Fuzz -- [TARGET…] [--megabytes N] [--seed N]
// An exception, a hang or growing memory is a find; the input is printed with the seed that makes it again.
using System.Diagnostics;
using System.Globalization;
using Tertulia.Fuzz;

var megabytes = 100L;
var seed = 1UL;
var names = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--megabytes") megabytes = long.Parse(args[++i], CultureInfo.InvariantCulture);
    else if (args[i] == "--seed") seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture);
    else names.Add(args[i]);
}

var repository = Environment.CurrentDirectory;
while (!File.Exists(Path.Combine(repository, "Tertulia.slnx")))
    repository = Path.GetDirectoryName(repository) ?? throw new InvalidOperationException("Run this inside the repository.");

var targets = Targets.All(repository);
if (names.Find(name => !targets.Any(target => target.Name == name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no target '{unknown}'. Targets: {string.Join(' ', targets.Select(target => target.Name))}");
    return 2;
}

var finds = 0;
foreach (var target in targets.Where(target => names.Count == 0 || names.Contains(target.Name)))
{
    var mutator = new Mutator(seed, target.Corpus(), target.MaxLength);
    var feed = target.Open();
    var (bytes, inputs, slowest) = (0L, 0L, TimeSpan.Zero);
    GC.Collect();
    var memory = GC.GetTotalMemory(forceFullCollection: true);
    var clock = Stopwatch.StartNew();
    while (bytes < megabytes * 1_000_000)
    {
        var input = mutator.Next();
        bytes += input.Length + 1;
        inputs++;
        var copy = input.ToArray();
        var began = Stopwatch.GetTimestamp();
        try
        {
            feed(input);
        }
        catch (Exception e)
        {
            finds++;
            Console.WriteLine($"{target.Name}: input {inputs} of seed {seed}: {e.GetType().Name}: {e.Message}\n  {Convert.ToHexString(copy)}\n{e.StackTrace}");
            if (finds >= 10) return 1;
        }

        var took = Stopwatch.GetElapsedTime(began);
        if (took > slowest) slowest = took;
    }

    var growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
    Console.WriteLine(
        $"{target.Name,-10} {inputs,12:N0} inputs {bytes / 1_000_000,6:N0} MB in {clock.Elapsed.TotalSeconds,6:F0} s, slowest {slowest.TotalMilliseconds,6:F1} ms, memory {growth / 1024,6:N0} KiB more");
}

return finds == 0 ? 0 : 1;
