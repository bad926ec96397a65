namespace Tertulia.Contracts.Rest;

/// <summary>What a participant of a running meeting gets, and why it is not more.</summary>
/// <param name="Quality"><c>excellent</c>, <c>good</c>, <c>poor</c> or <c>lost</c>, as in the signaling message of that name.</param>
/// <param name="Uplink">Absent while the participant sends nothing to the server.</param>
/// <param name="Downlinks">One, or in the per-peer dialect one for each other participant.</param>
public sealed record ParticipantQualityView(
    string PeerId, string Quality, DateTimeOffset At, UplinkQuality? Uplink, IReadOnlyList<DownlinkQuality> Downlinks);

/// <param name="State">Of the connection: <c>connecting</c>, <c>connected</c>, <c>disconnected</c>, ….</param>
/// <param name="Loss">Share of packets that were lost of late, before any repair, 0 to 1; likewise below.</param>
public sealed record UplinkQuality(string State, double Loss, IReadOnlyList<ReceivedLayer> Layers);

/// <summary>One encoding that arrives at the server.</summary>
/// <param name="Rid">Absent without simulcast.</param>
/// <param name="Flowing">False while the publisher has paused it.</param>
/// <param name="Height">Rows of pixels, where known.</param>
/// <param name="Recovered">Packets that retransmission or redundancy gave back.</param>
public sealed record ReceivedLayer(
    string Source, string? Rid, bool Flowing, int? Height, long? BitsPerSecond, long Packets, long Lost, long Recovered);

/// <param name="PeerId">Whose pictures and sound it carries; absent for the shared one.</param>
/// <param name="Estimate">Bits a second that the line is believed to carry.</param>
/// <param name="EstimateReason">Why it is what it is: <c>growth</c>, <c>probe</c>, <c>overuse</c>, <c>loss</c>, ….</param>
/// <param name="Demand">Bits a second that could be made use of.</param>
public sealed record DownlinkQuality(
    string? PeerId,
    string State,
    long Estimate,
    string EstimateReason,
    DateTimeOffset EstimateChangedAt,
    long Demand,
    double Loss,
    double? RoundTripMs,
    IReadOnlyList<TrackQuality> Tracks);

/// <summary>One remote track on its way to the participant.</summary>
/// <param name="Wanted">What was decided to send; absent: nothing.</param>
/// <param name="Sent">What is sent now: follows <paramref name="Wanted"/> where the stream allows a switch.</param>
/// <param name="Reason">Why: <c>best</c>, <c>bandwidth</c>, <c>hidden</c>, <c>muted</c>, <c>not-sent</c>, ….</param>
/// <param name="RepairOverhead">What repair packets or copies of audio add, as a share of the media.</param>
/// <param name="Changes">The last decisions about a video, oldest first.</param>
public sealed record TrackQuality(
    string PeerId,
    string Source,
    VideoLayer? Wanted,
    VideoLayer? Sent,
    string Reason,
    long Packets,
    long Retransmitted,
    double RepairOverhead,
    IReadOnlyList<LayerChange> Changes);

/// <param name="Spatial">Highest spatial sublayer within the encoding; likewise <paramref name="Temporal"/>.</param>
/// <param name="Height">Rows of pixels of the encoding, where known.</param>
public sealed record VideoLayer(string? Rid, int Spatial, int Temporal, int? Height);

/// <param name="Estimate">What the line was believed to carry then, in bits a second.</param>
public sealed record LayerChange(DateTimeOffset At, VideoLayer? Wanted, string Reason, long Estimate);
