namespace Tertulia.LoadTest.Measures;

/// <summary>What the clients of one loop have received. Written and read by that loop's thread.</summary>
internal sealed class ClientStatistics
{
    public long Packets;
    public long Bytes;

    /// <summary>Packets that did not authenticate or belong to nothing.</summary>
    public long Refused;

    /// <summary>Of the packets sampled since it was last cleared.</summary>
    public LatencyHistogram Latency { get; } = new();
}

/// <summary>Received up to one moment, by all clients.</summary>
/// <param name="Packets">Media packets, without retransmissions and probes.</param>
/// <param name="Bytes">Of their datagrams.</param>
/// <param name="Expected">Media packets by the sequence numbers seen.</param>
/// <param name="Arrived">Of those.</param>
/// <param name="Refused">What did not authenticate or belong to anything.</param>
internal readonly record struct ReceivedTotals(long Packets, long Bytes, long Expected, long Arrived, long Refused)
{
    public static ReceivedTotals operator +(ReceivedTotals one, ReceivedTotals other) => new(
        one.Packets + other.Packets, one.Bytes + other.Bytes, one.Expected + other.Expected, one.Arrived + other.Arrived, one.Refused + other.Refused);

    public static ReceivedTotals operator -(ReceivedTotals one, ReceivedTotals other) => new(
        one.Packets - other.Packets, one.Bytes - other.Bytes, one.Expected - other.Expected, one.Arrived - other.Arrived, one.Refused - other.Refused);
}
