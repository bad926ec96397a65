using Tertulia.LoadTest.Measures;

namespace Tertulia.LoadTest.Reports;

/// <summary>One scenario at one rate: the floor, and each server's median.</summary>
internal sealed record Comparison(string Scenario, int Size, double Rate, int Rounds, Floor Floor, IReadOnlyList<RunResult> Results)
{
    /// <summary>How many times the packets per CPU second of <paramref name="peer"/> this server manages.</summary>
    public static double Ratio(RunResult result, RunResult peer) => peer.MicrosecondsPerPacket / Math.Max(0.001, result.MicrosecondsPerPacket);
}
