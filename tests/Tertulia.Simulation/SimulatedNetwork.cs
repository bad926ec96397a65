using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>A datagram on its way.</summary>
public readonly record struct Delivery(NetworkPath Path, byte[] Datagram);

/// <summary>Datagrams in flight, in virtual time. Paths are seen from the receiver: Remote is who sent.</summary>
public sealed class SimulatedNetwork
{
    private readonly PriorityQueue<Delivery, (long Ticks, long Order)> _inFlight = new();
    private long _order;

    /// <summary>Sees every datagram that is sent, also those that get lost.</summary>
    public Action<NetworkPath, byte[]>? Sent { get; set; }

    public Instant NextArrival => _inFlight.TryPeek(out _, out var at) ? new Instant(at.Ticks) : Instant.Never;

    /// <summary>Sends each datagram of the batch over <paramref name="linkOf"/> its path, and empties the batch.</summary>
    public void Send(Instant now, DatagramBatch batch, TransportAddress from, Func<NetworkPath, Link> linkOf)
    {
        Span<Instant> arrivals = stackalloc Instant[2];
        for (var i = 0; i < batch.Count; i++)
        {
            var path = batch[i].Path;
            Sent?.Invoke(path, batch.Datagram(i).ToArray());
            var copies = linkOf(path).Transmit(now, batch[i].Length, arrivals);
            if (copies == 0) continue;
            var datagram = batch.Datagram(i).ToArray();
            for (var copy = 0; copy < copies; copy++)
                _inFlight.Enqueue(new Delivery(new NetworkPath(from, path.Remote), copy == 0 ? datagram : [.. datagram]), (arrivals[copy].Ticks, _order++));
        }

        batch.Clear();
    }

    public bool TryTake(Instant now, out Delivery delivery)
    {
        delivery = default;
        if (!_inFlight.TryPeek(out _, out var at) || at.Ticks > now.Ticks) return false;
        delivery = _inFlight.Dequeue();
        return true;
    }
}
