namespace Tertulia.MediaNode;

/// <summary>Counters of one loop: written by its thread, read by all.</summary>
internal sealed class LoopCounters
{
    private readonly long[] _drops = new long[Enum.GetValues<MediaDropReason>().Length];

    public long Turns;
    public long Commands;
    public long StunAnswers;
    public long ConnectionFaults;
    public long RoomFaults;
    public long LoopFaults;
    public long AllocatedBytes;
    public int Rooms;
    public int Connections;

    public void Drop(MediaDropReason reason) => _drops[(int)reason]++;

    public IReadOnlyDictionary<MediaDropReason, long> Drops()
    {
        var result = new Dictionary<MediaDropReason, long>();
        for (var i = 1; i < _drops.Length; i++)
        {
            if (Volatile.Read(ref _drops[i]) is var count and > 0) result[(MediaDropReason)i] = count;
        }

        return result;
    }
}

/// <summary>A snapshot of one loop.</summary>
public sealed record MediaLoopStatistics
{
    public required int UdpPort { get; init; }

    public required int Rooms { get; init; }

    public required int Connections { get; init; }

    /// <summary>Rounds of receiving, handling and sending.</summary>
    public required long Turns { get; init; }

    public required long Commands { get; init; }

    public required long ReceivedDatagrams { get; init; }

    public required long ReceivedBytes { get; init; }

    public required long SentDatagrams { get; init; }

    public required long SentBytes { get; init; }

    /// <summary>Runs of datagrams that left as one system call each carried (UDP_SEGMENT).</summary>
    public required long SegmentedRuns { get; init; }

    /// <summary>Datagrams that the system did not take.</summary>
    public required long SendErrors { get; init; }

    /// <summary>Datagrams that came faster than they were read, or were too long.</summary>
    public required long ReceiveLosses { get; init; }

    /// <summary>Questions answered by the plain STUN server.</summary>
    public required long StunAnswers { get; init; }

    /// <summary>Connections closed because handling them threw.</summary>
    public required long ConnectionFaults { get; init; }

    /// <summary>Rooms closed because handling them threw.</summary>
    public required long RoomFaults { get; init; }

    /// <summary>Turns cut short because the loop itself threw.</summary>
    public required long LoopFaults { get; init; }

    /// <summary>Managed memory that the loop's thread has allocated in its life; in steady state it stands still.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Datagrams given to other loops: of connections that live there, or to and from relays.</summary>
    public required long HandedOver { get; init; }

    /// <summary>Datagrams from elsewhere that the loop did not take in time.</summary>
    public required long MailLost { get; init; }

    /// <summary>Connections whose datagrams come by a socket of their own, since the shared port brought them to another loop.</summary>
    public required int ConnectedFlows { get; init; }

    /// <summary>How often there was no such socket to be had.</summary>
    public required long RefusedFlows { get; init; }

    /// <summary>Datagrams that reached no room; reasons that did not occur are missing.</summary>
    public required IReadOnlyDictionary<MediaDropReason, long> Drops { get; init; }
}

/// <summary>A snapshot of a node.</summary>
public sealed record MediaNodeStatistics(IReadOnlyList<MediaLoopStatistics> Loops)
{
    public int Rooms => Loops.Sum(l => l.Rooms);

    public int Connections => Loops.Sum(l => l.Connections);

    public long ReceivedDatagrams => Loops.Sum(l => l.ReceivedDatagrams);

    public long SentDatagrams => Loops.Sum(l => l.SentDatagrams);

    public long Dropped(MediaDropReason reason) => Loops.Sum(l => l.Drops.GetValueOrDefault(reason));
}
