using BenchmarkDotNet.Attributes;
using Tertulia.Simulation;

namespace Tertulia.Benchmarks;

/// <summary>
/// A room in virtual time, without sockets: one simulcast publisher to many viewers, from the datagram that comes in to those that are
/// ready to be sent. What it costs beside this is the kernel's.
/// </summary>
[MemoryDiagnoser]
public class ForwardingBenchmarks : IDisposable
{
    private SimulatedMeeting _meeting = null!;

    [Params(3, 30)]
    public int Viewers { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _meeting = new SimulatedMeeting();
        _meeting.Join("publisher", simulcast: true);
        for (var i = 0; i < Viewers; i++) _meeting.Join($"viewer{i}", sharesDownlink: true, onlyWatches: true);
        _meeting.Run(TimeSpan.FromSeconds(10));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _meeting.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A second of the meeting, clients and network included.</summary>
    [Benchmark]
    public void OneSecond() => _meeting.Run(TimeSpan.FromSeconds(1));
}
