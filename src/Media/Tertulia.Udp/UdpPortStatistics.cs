namespace Tertulia.Udp;

/// <summary>Why a datagram could not be sent.</summary>
public enum UdpSendError
{
    /// <summary>The socket's own buffer stayed full (EAGAIN).</summary>
    WouldBlock,

    /// <summary>The interface's queue was full (ENOBUFS, ENOMEM).</summary>
    NoBuffers,

    /// <summary>An ICMP error of an earlier datagram was reported (ECONNREFUSED).</summary>
    Refused,

    /// <summary>No route, no such source address any more, or a firewall of this host forbids it.</summary>
    Unreachable,

    /// <summary>Longer than the path takes (EMSGSIZE).</summary>
    TooLong,

    Other,
}

/// <summary>Counters of one port: written by its thread, readable by all.</summary>
public sealed class UdpPortStatistics
{
    private readonly long[] _sendErrors = new long[Enum.GetValues<UdpSendError>().Length];

    public long ReceivedDatagrams { get; internal set; }

    public long ReceivedBytes { get; internal set; }

    /// <summary>Reads that brought several datagrams of one sender at once (UDP_GRO).</summary>
    public long CoalescedReads { get; internal set; }

    /// <summary>Longer than a slot, hence dropped.</summary>
    public long Truncated { get; internal set; }

    /// <summary>Dropped by the kernel because the receive buffer was full.</summary>
    public long ReceiveBufferOverflows { get; internal set; }

    /// <summary>Datagrams that arrived and could not be taken.</summary>
    public long Losses => ReceiveBufferOverflows + Truncated;

    /// <summary>Errors reported instead of a datagram, such as a pending ICMP error.</summary>
    public long ReceiveErrors { get; internal set; }

    public long SentDatagrams { get; internal set; }

    public long SentBytes { get; internal set; }

    /// <summary>Runs of two or more datagrams that left as one (UDP_SEGMENT).</summary>
    public long SegmentedRuns { get; internal set; }

    /// <summary>Runs that the system refused as such and that were then sent one by one.</summary>
    public long SegmentationRefusals { get; internal set; }

    /// <summary>Datagrams lost for that reason.</summary>
    public long SendErrors(UdpSendError error) => Volatile.Read(ref _sendErrors[(int)error]);

    internal void CountSendError(UdpSendError error, int datagrams) => _sendErrors[(int)error] += datagrams;
}
