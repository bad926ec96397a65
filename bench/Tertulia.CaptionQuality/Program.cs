using System.Globalization;
using Tertulia.CaptionQuality;
using Tertulia.Speech.Engines.PocketSphinx;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (!Flite.IsInstalled || !PocketSphinxEngine.IsAvailable(SphinxModel.English))
{
    Console.Error.WriteLine("This needs flite, PocketSphinx and its English model.");
    return 2;
}

var number = args.Length > 1 && int.TryParse(args[1], CultureInfo.InvariantCulture, out var given) ? given : (int?)null;
await using var engine = new PocketSphinxEngine(SphinxModel.English, decoders: 8);
switch (args.FirstOrDefault())
{
    case "latency":
        foreach (var people in number is { } some ? (int[])[some] : [1, 3, 6]) await LatencyRun.RunAsync(engine, people, Console.Out);
        return 0;
    case "silence":
        return await SilenceRun.RunAsync(engine, number ?? 60, Console.Out) == 0 ? 0 : 1;
    case "accuracy":
        var lines = new List<JudgedLine>();
        foreach (var situation in AccuracyRun.All)
        {
            var result = await AccuracyRun.RunAsync(engine, situation);
            Console.WriteLine($"{result.Situation,-31} {result.WordErrorRate,4:P0} of words wrong, {result.Lines.Count} lines, {result.Wrong} under a wrong name");
            lines.AddRange(result.Lines);
            if (args.Contains("--show")) Console.WriteLine("    " + string.Join("\n    ", result.Texts));
        }

        double[] steps = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01];
        foreach (var (from, to) in steps.Zip(steps.Skip(1)))
        {
            var some = lines.Where(line => line.Confidence >= from && line.Confidence < to).ToList();
            if (some.Count > 0) Console.WriteLine($"confidence {from:0.0} to {Math.Min(to, 1):0.0}: {(double)some.Sum(line => line.Right) / some.Sum(line => line.Words):P0} of {some.Sum(line => line.Words)} words right");
        }

        return 0;
    default:
        Console.Error.WriteLine("latency [people] | silence [minutes] | accuracy [--show]");
        return 2;
}
