using System.Net;
using BenchmarkDotNet.Attributes;
using Tertulia.Rtc.Net;
using Tertulia.Udp;

namespace Tertulia.Benchmarks;

/// <summary>Handing 1,024 datagrams to the kernel: to so many receivers, packet by packet as a fan-out writes them.</summary>
public class UdpBenchmarks
{
    private const int Datagrams = 1024;

    private readonly DatagramBatch _batch = new(Datagrams);
    private readonly byte[] _packet = new byte[1200];
    private readonly UdpPort _port = UdpPort.Open(new() { Address = IPAddress.Loopback });
    private UdpPort[] _receivers = [];

    /// <summary>1,024 of them leave no two datagrams to the same one.</summary>
    [Params(1, 64, 1024)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Open() => _receivers = [.. Enumerable.Range(0, Receivers).Select(_ => UdpPort.Open(new() { Address = IPAddress.Loopback, Coalescing = true, BufferSize = 4096 }))];

    [GlobalCleanup]
    public void Close()
    {
        foreach (var receiver in _receivers) receiver.Dispose();
        _port.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Datagrams)]
    public void Send()
    {
        var local = TransportAddress.From(_port.LocalEndPoint);
        for (var i = 0; i < Datagrams; i++) _batch.Add(new NetworkPath(TransportAddress.From(_receivers[i % Receivers].LocalEndPoint), local), _packet);
        _port.Send(_batch);
    }
}
