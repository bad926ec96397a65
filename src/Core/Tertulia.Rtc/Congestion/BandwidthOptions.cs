namespace Tertulia.Rtc.Congestion;

/// <summary>Bounds of the estimate, and where it starts.</summary>
public sealed record BandwidthOptions
{
    public static BandwidthOptions Default { get; } = new();

    /// <summary>Assumed until the path has been measured, which takes a round trip after the first media.</summary>
    public Bitrate Start { get; init; } = Bitrate.FromKilobits(1000);

    public Bitrate Min { get; init; } = Bitrate.FromKilobits(30);

    public Bitrate Max { get; init; } = Bitrate.FromKilobits(20_000);

    /// <summary>What the connection could make use of until somebody sets <see cref="SendSideBandwidthEstimator.Demand"/>.</summary>
    public Bitrate Demand { get; init; } = Bitrate.FromKilobits(2500);
}
