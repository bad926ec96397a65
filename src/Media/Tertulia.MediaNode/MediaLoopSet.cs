using System.Collections.Concurrent;
using System.Net;
using Tertulia.MediaNode.Relay;
using Tertulia.MediaNode.Streams;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.MediaNode;

/// <summary>What the loops of a node know of each other, and the byte streams that any of them may write to.</summary>
internal sealed class MediaLoopSet(RelayNode? relay)
{
    private int _lastStream = (int)Carriers.FirstStream - 1;

    public RelayNode? Relay { get; } = relay;

    public IReadOnlyList<MediaLoop> Loops { get; private set; } = [];

    /// <summary>By their number, which is the carrier in paths.</summary>
    public ConcurrentDictionary<uint, StreamCarrier> Streams { get; } = [];

    /// <summary>To be called before any loop runs.</summary>
    public void Start(IReadOnlyList<MediaLoop> loops)
    {
        Loops = loops;
        if (Relay is not null) Relay.MediaPorts = [.. loops.Select(loop => loop.UdpPort)];
    }

    /// <summary>All streams of one client address meet at one loop, so that its quota is one.</summary>
    public int LoopOfClient(IPEndPoint remote) => (int)((uint)remote.Address.GetHashCode() % (uint)Loops.Count);

    /// <summary>The loop that a connectivity check is for; null if it is none.</summary>
    public LoopMail? MailOfCheck(ReadOnlyMemory<byte> datagram)
    {
        if (!StunMessage.TryParse(datagram.Span, out var message)) return null;
        var loop = LoopFragments.LoopOf(message.Username);
        return loop >= 0 && loop < Loops.Count ? Loops[loop].Mail : null;
    }

    public async Task ServeAsync(
        Stream stream, IPEndPoint local, IPEndPoint remote, bool isTurn, Func<ReadOnlyMemory<byte>, LoopMail?> boxFor,
        CancellationTokenSource cancellation, Action<NetworkPath> onEnd)
    {
        using (cancellation)
        {
            var number = (uint)Interlocked.Increment(ref _lastStream);
            var path = new NetworkPath(TransportAddress.From(remote).WithCarrier(number), TransportAddress.From(local));
            var carrier = new StreamCarrier(stream, path, isTurn);
            Streams[number] = carrier;
            try
            {
                await carrier.RunAsync(boxFor, cancellation.Token).ConfigureAwait(false);
            }
            finally
            {
                Streams.TryRemove(number, out _);
                onEnd(path);
            }
        }
    }
}
