using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Tertulia.Turn.Tests.Node;

/// <summary>The test clients of a server of another make, against ours over real sockets.</summary>
public sealed partial class CoturnClientTests : IAsyncDisposable
{
    private const string Secret = "shared";

    private readonly MediaNode.MediaNode _node = MediaNode.MediaNode.Start(new()
    {
        Loops = 2,
        AdvertisedAddresses = [IPAddress.Loopback, IPAddress.IPv6Loopback],
        Turn = new() { Secret = Secret, AllocationsPerParticipant = 5000, AllocationsPerAddress = 5000 },
    });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    // Side by side, since each of them mostly waits: channels, indications, port pairs, padding, IPv6 relays, moving clients, TCP.
    [CoturnFact("turnutils_uclient")]
    public async Task Clients_reach_each_other_in_every_way()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, stop.Token);
        var tcpPort = ((IPEndPoint)listener.LocalEndpoint).Port;
        await Task.WhenAll(
            RelayAsync("-c -n 50 -m 4", _node.UdpPorts[0]),
            RelayAsync("-c -n 50 -m 4 -s", _node.UdpPorts[1]),
            RelayAsync("-n 20 -m 4", _node.UdpPorts[0]),
            RelayAsync("-c -n 20 -m 4 -l 201 -G -D", _node.UdpPorts[0]),
            RelayAsync("-c -n 20 -m 2 -x", _node.UdpPorts[1]),
            RelayAsync("-c -n 20 -m 2 -M", _node.UdpPorts[0]),
            RelayAsync("-c -n 50 -m 4 -l 201 -t", tcpPort),
            RelayAsync("-c -n 50 -m 4 -l 201 -t -s", tcpPort));
        await stop.CancelAsync();
        await serving;
        Assert.Equal(0, _node.Statistics.Loops.Sum(loop => loop.LoopFaults));
    }

    [CoturnFact("turnutils_uclient")]
    public async Task Many_allocations_carry_side_by_side()
    {
        await RelayAsync("-c -n 3 -m 60 -z 50", _node.UdpPorts[0]);
        Assert.Equal(0, _node.Statistics.Loops.Sum(loop => loop.LoopFaults));
    }

    [CoturnFact("turnutils_stunclient")]
    public async Task The_plain_question_is_answered() =>
        Assert.Contains("UDP reflexive addr: 127.0.0.1", await RunAsync("turnutils_stunclient", $"-p {_node.UdpPorts[0]} 127.0.0.1"), StringComparison.Ordinal);

    [CoturnFact("turnutils_natdiscovery")]
    public async Task A_client_that_wonders_about_its_NAT_learns_its_address() =>
        Assert.Contains("UDP reflexive addr: 127.0.0.1", await RunAsync("turnutils_natdiscovery", $"-m -p {_node.UdpPorts[0]} 127.0.0.1"), StringComparison.Ordinal);

    private static async Task RelayAsync(string arguments, int port)
    {
        var output = await RunAsync("turnutils_uclient", $"{(arguments.Contains("-z", StringComparison.Ordinal) ? "" : "-z 5 ")}{arguments} -y -u ada -W {Secret} -p {port} 127.0.0.1");
        var totals = Totals().Matches(output).LastOrDefault();
        Assert.True(totals is not null, $"{arguments}: {output}");
        Assert.True(totals.Groups[1].Value == totals.Groups[2].Value && totals.Groups[1].Value != "0", $"{arguments}: {totals.Value}");
    }

    private static async Task<string> RunAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }

    private async Task ServeAsync(TcpListener listener, CancellationToken stop)
    {
        var streams = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(stop);
                client.NoDelay = true;
                streams.Add(Serve(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(streams);
        }

        async Task Serve(Socket client)
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            await _node.ServeTurnStreamAsync(stream, (IPEndPoint)client.LocalEndPoint!, (IPEndPoint)client.RemoteEndPoint!, isTls: false, stop);
        }
    }

    [GeneratedRegex(@"tot_send_msgs=(\d+), tot_recv_msgs=(\d+)")]
    private static partial Regex Totals();
}
