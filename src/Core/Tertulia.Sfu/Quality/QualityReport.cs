using Tertulia.Rtc;
using Tertulia.Rtc.Congestion;
using Tertulia.Sfu.Allocation;

namespace Tertulia.Sfu.Quality;

/// <summary>What one participant gets and why, as of the moment it was asked for.</summary>
/// <param name="Uplink">Null while the participant sends nothing to the server.</param>
public sealed record QualityReport(LineQuality Quality, UplinkReport? Uplink, IReadOnlyList<DownlinkReport> Downlinks);

/// <param name="Loss">Share of packets lost of late before repair, 0-1.</param>
public sealed record UplinkReport(PeerConnectionState State, double Loss, IReadOnlyList<ReceivedLayerReport> Layers);

/// <summary>One encoding that arrives at the server.</summary>
/// <param name="Rid">Null without simulcast.</param>
/// <param name="IsFlowing">False when the publisher has paused it.</param>
/// <param name="Height">Rows of pixels; 0 for audio, and where the codec does not tell.</param>
/// <param name="BitsPerSecond">Of video.</param>
/// <param name="Recovered">Packets given back by retransmission or redundancy.</param>
public sealed record ReceivedLayerReport(TrackSource Source, string? Rid, bool IsFlowing, int Height, long BitsPerSecond, long Packets, long Lost, long Recovered);

/// <param name="Publisher">Whose pictures and sound it carries; null for the shared one.</param>
/// <param name="Demand">What could be made use of.</param>
/// <param name="ChangedAgo">When the estimate moved last, and <paramref name="Reason"/> why.</param>
public sealed record DownlinkReport(
    ParticipantId? Publisher, PeerConnectionState State, Bitrate Estimate, Bitrate Demand, double Loss, TimeSpan? RoundTrip,
    BandwidthChangeReason Reason, TimeSpan ChangedAgo, IReadOnlyList<SentTrackReport> Tracks);

/// <summary>One remote track on its way to the participant.</summary>
/// <param name="Wanted">What was decided; null: nothing is to be sent.</param>
/// <param name="Sent">What goes out now; differs from <paramref name="Wanted"/> until a key frame or switching point comes.</param>
/// <param name="RepairOverhead">What repair packets or copies of audio add, as a share.</param>
/// <param name="Changes">The last decisions about a video, oldest first.</param>
public sealed record SentTrackReport(
    ParticipantId Publisher, TrackSource Source, LayerReport? Wanted, LayerReport? Sent, SelectionReason Reason,
    long Packets, long Retransmitted, double RepairOverhead, IReadOnlyList<DecisionReport> Changes);

/// <param name="Rid">Null without simulcast.</param>
/// <param name="Height">Of the encoding's largest picture; 0 where the codec does not tell.</param>
public sealed record LayerReport(string? Rid, int Spatial, int Temporal, int Height);

public sealed record DecisionReport(TimeSpan Ago, LayerReport? Wanted, SelectionReason Reason, Bitrate Estimate);
