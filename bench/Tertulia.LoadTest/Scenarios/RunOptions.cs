using System.Net;

namespace Tertulia.LoadTest.Scenarios;

/// <summary>How a scenario is run; see the help of the program.</summary>
internal sealed record RunOptions
{
    public required Scenario Scenario { get; init; }

    public required IPAddress Address { get; init; }

    public int Size { get; init; }

    public double Rate { get; init; } = 1;

    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(8);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public int Loops { get; init; } = 1;

    public int ClientLoops { get; init; } = 1;

    /// <summary>The build of our server to start; null: the one beside the load test.</summary>
    public string? Server { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
