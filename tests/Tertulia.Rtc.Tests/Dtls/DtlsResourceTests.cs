using System.Diagnostics;
using Tertulia.Rtc.Dtls;
using Xunit.Abstractions;

namespace Tertulia.Rtc.Tests.Dtls;

/// <summary>Runs alone: memory and processor time of the whole process are measured.</summary>
[CollectionDefinition(nameof(DtlsResourceTests), DisableParallelization = true)]
[Collection(nameof(DtlsResourceTests))]
public sealed class DtlsResourceTests(ITestOutputHelper output)
{
    private const int Handshakes = 2000;

    [Fact]
    public void Thousands_of_handshakes_leave_no_native_memory_behind()
    {
        Shake(300);
        var before = WorkingSet();
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        Shake(Handshakes);
        var spent = Process.GetCurrentProcess().TotalProcessorTime - processor;
        var grown = WorkingSet() - before;
        output.WriteLine($"{Handshakes / spent.TotalSeconds:F0} handshakes, both ends, per CPU second; {grown / 1024} KiB grown");

        // One leaked SSL object is worth tens of KiB: 2000 of them would be a hundred times the limit.
        Assert.True(grown < 16 << 20, $"{grown} bytes grown");

        static void Shake(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var peers = new DtlsPeers(seed: i);
                peers.Run();
                if (peers.Server.State != DtlsState.Connected) throw new InvalidOperationException("not connected");
            }
        }
    }

    [Fact]
    public void A_forgotten_transport_is_finalized()
    {
        Forget(200);
        var before = WorkingSet();
        for (var round = 0; round < 5; round++)
        {
            Forget(200);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(WorkingSet() - before < 16 << 20);

        static void Forget(int count)
        {
            for (var i = 0; i < count; i++) new DtlsPeers(seed: i).Run();
        }
    }

    private static long WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        foreach (var line in File.ReadLines("/proc/self/status"))
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal)) return long.Parse(line[8..^2].Trim()) * 1024;
        return 0;
    }
}
