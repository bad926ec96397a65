using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tertulia.Server.Hosting;
using Tertulia.Server.Transport.Acme;
using Tertulia.Tls.Wire;

namespace Tertulia.Server.Transport;

/// <summary>
/// Lets HTTP, TURN and ICE-TCP, each with TLS or without, share a port: what a client says first decides, and inside TLS what it says first there.
/// </summary>
internal sealed class PortSharing(MediaPlane media, TransportMetrics metrics, AcmeChallenges challenges, IHostApplicationLifetime lifetime)
{
    /// <summary>How long a client may stay silent, or take to say the few bytes that are needed; likewise for its TLS handshake.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Prepares an endpoint without TLS.</summary>
    public void Share(ListenOptions listen) =>
        listen.Use(http => connection => ServeAsync(connection, tls: null, http, insideTls: false));

    /// <summary>Prepares an endpoint on which <paramref name="addTls"/> sets up TLS. What comes there in the clear is still served; HTTP sends itself to https.</summary>
    public void Share(ListenOptions listen, Action<ListenOptions> addTls)
    {
        ConnectionDelegate http = null!;
        listen.Use(tls => connection => ServeAsync(connection, tls, http, insideTls: false));
        addTls(listen);
        listen.Use(next =>
        {
            http = next;
            return connection => ServeAsync(connection, tls: null, next, insideTls: true);
        });
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate? tls, ConnectionDelegate http, bool insideTls)
    {
        if (insideTls && connection.Features.Get<ConnectionSecurity>() is { } security) metrics.Protected(security);
        switch (await FirstProtocolAsync(connection))
        {
            case StreamProtocol.Tls when tls is not null:
                await MarkProofAsync(connection);
                var reader = new ServerHelloReader();
                connection.Features.Set(new ConnectionSecurity(reader));
                connection.Transport = new ObservedPipe(connection.Transport, reader);
                await tls(connection);
                break;
            case StreamProtocol.Http:
                metrics.Served("http", insideTls);
                if (tls is not null) connection.Features.Set(PlainOnTlsPort.Instance);
                await http(connection);
                break;
            case StreamProtocol.Turn:
                await ServeMediaAsync("turn", connection, insideTls, (stream, local, remote, stop) => media.Node.ServeTurnStreamAsync(stream, local, remote, insideTls, stop));
                break;
            case StreamProtocol.Ice:
                await ServeMediaAsync("ice", connection, insideTls, media.Node.ServeIceStreamAsync);
                break;
            case StreamProtocol.Tls:
                metrics.Refused(insideTls ? "tls-in-tls" : "no-tls-here");
                break;
            case null:
                break;
            case StreamProtocol.Undecided:
                metrics.Refused("silent");
                break;
            default:
                metrics.Refused("unknown-protocol");
                break;
        }
    }

    /// <summary>Only while a certificate authority is expected.</summary>
    private async ValueTask MarkProofAsync(ConnectionContext connection)
    {
        if (!challenges.HasCertificates) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(Patience);
        try
        {
            if (await AcmeProof.IsWantedAsync(connection.Transport.Input, patience.Token)) connection.Features.Set(AcmeProof.Instance);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionResetException or ConnectionAbortedException)
        {
            // The handshake will find the same.
        }
    }

    private async Task ServeMediaAsync(
        string protocol, ConnectionContext connection, bool insideTls, Func<Stream, IPEndPoint, IPEndPoint, CancellationToken, Task> serve)
    {
        if (connection.LocalEndPoint is not IPEndPoint local || connection.RemoteEndPoint is not IPEndPoint remote)
        {
            metrics.Refused("no-address");
            return;
        }

        metrics.Served(protocol, insideTls);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, lifetime.ApplicationStopping);
        await using var stream = new DuplexPipeStream(connection.Transport);
        try
        {
            await serve(stream, Plain(local), Plain(remote), stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionResetException)
        {
            // The client is gone, or the server goes.
        }
    }

    /// <summary>
    /// <see cref="StreamProtocol.Undecided"/>: the client did not say enough in time. Null: it left without a word, as those do who only
    /// look whether the port is open.
    /// </summary>
    private static async ValueTask<StreamProtocol?> FirstProtocolAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        patience.CancelAfter(Patience);
        var hasSpoken = false;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(patience.Token);
                var protocol = Classify(read.Buffer);
                var decided = protocol != StreamProtocol.Undecided;
                hasSpoken |= !read.Buffer.IsEmpty;
                input.AdvanceTo(read.Buffer.Start, decided ? read.Buffer.Start : read.Buffer.End);
                if (decided) return protocol;
                if (read.IsCompleted) return hasSpoken ? protocol : null;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionResetException or ConnectionAbortedException)
        {
            var left = connection.ConnectionClosed.IsCancellationRequested;
            return left && !hasSpoken && !HasUnread(input) ? null : StreamProtocol.Undecided;
        }
    }

    // The end of a connection may be told before its last bytes are read.
    private static bool HasUnread(PipeReader input)
    {
        try
        {
            if (!input.TryRead(out var read)) return false;
            var has = !read.Buffer.IsEmpty;
            input.AdvanceTo(read.Buffer.Start);
            return has;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private static StreamProtocol Classify(ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[FirstBytes.MaxNeeded];
        var known = (int)Math.Min(buffer.Length, first.Length);
        buffer.Slice(0, known).CopyTo(first);
        return FirstBytes.Classify(first[..known]);
    }

    // A port open for both families shows IPv4 clients by mapped addresses; candidates and relayed addresses are to be their own.
    private static IPEndPoint Plain(IPEndPoint point) => point.Address.IsIPv4MappedToIPv6 ? new(point.Address.MapToIPv4(), point.Port) : point;
}
