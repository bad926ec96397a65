using Tertulia.Rtc.Fec;

namespace Tertulia.Sfu.Repair;

/// <summary>How a stream is protected; <see cref="None"/> leaves its losses to retransmission.</summary>
/// <param name="RowLength">Media packets that one repair packet follows; 0 for no protection.</param>
/// <param name="WithDiagonals">Twice as many repair packets, which also repair bursts and most scattered losses.</param>
internal readonly record struct FecPlan(int RowLength, bool WithDiagonals)
{
    public static readonly FecPlan None;

    public bool IsNone => RowLength == 0;
}

/// <summary>Chooses protection by what a receiver reports. Repair packets cost bandwidth always, retransmissions only after losses.</summary>
internal static class FecPolicy
{
    /// <summary>Share of packets lost from which protection starts, and below which it ends.</summary>
    public const double StartLoss = 0.008;
    public const double StopLoss = 0.004;

    /// <summary>
    /// A retransmission comes a round trip after its loss was noticed: the path's own, since a queue will go and packets would add to
    /// it. Beyond this, that is a freeze that people see (players keep up to 150 ms in hand).
    /// </summary>
    public static readonly TimeSpan StartRoundTrip = TimeSpan.FromMilliseconds(150);
    public static readonly TimeSpan StopRoundTrip = TimeSpan.FromMilliseconds(120);

    // Nothing repairs a loss before its row ends, or its diagonal: later than this a retransmission would be there first.
    public static readonly TimeSpan LongestRow = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongestDiagonal = TimeSpan.FromMilliseconds(400);

    public static FecPlan Choose(double loss, TimeSpan? roundTrip, double packetsPerSecond, FecPlan current)
    {
        var (lossLimit, roundTripLimit) = current.IsNone ? (StartLoss, StartRoundTrip) : (StopLoss, StopRoundTrip);
        if (loss < lossLimit || roundTrip is not { } time || time < roundTripLimit) return FecPlan.None;

        // With diagonals: 20 % of overhead at little loss, 50 % at most. A diagonal ends as many rows later as a row is long, so
        // that slow streams take shorter rows.
        var (longest, shortest) = loss switch
        {
            < 0.012 => (10, 5),
            < 0.025 => (8, 5),
            < 0.04 => (6, 5),
            < 0.06 => (5, 4),
            _ => (4, 4),
        };
        var inTime = (int)Math.Sqrt(packetsPerSecond * LongestDiagonal.TotalSeconds);
        if (inTime >= shortest) return new FecPlan(Math.Min(longest, inTime), true);

        // Too slow: the same overhead, spent on rows alone.
        var longestRow = Math.Max(FlexFecEncoder.MinRowLength, (int)(packetsPerSecond * LongestRow.TotalSeconds));
        return new FecPlan(Math.Min(Math.Max(longest / 2, FlexFecEncoder.MinRowLength), longestRow), false);
    }
}
