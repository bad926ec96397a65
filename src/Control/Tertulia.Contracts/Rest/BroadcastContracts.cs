namespace Tertulia.Contracts.Rest;

/// <param name="Layout"><c>grid</c> (unless said otherwise) or <c>speaker</c>.</param>
public sealed record StartBroadcastRequest(string? Layout = null);

/// <param name="BroadcastId">Of all this meeting's broadcasts.</param>
/// <param name="State">One of <see cref="Signaling.BroadcastStates"/>.</param>
/// <param name="WatchUrl">The page for viewers, who need no account.</param>
/// <param name="Viewers">Who fetched something from this server within the last seconds; while it is live.</param>
/// <param name="Latency">Seconds from capture until players can fetch it; they play some seconds later.</param>
public sealed record BroadcastView(
    string BroadcastId, string MeetingId, string State, string WatchUrl, DateTimeOffset? StartedAt, int? Viewers, double? Latency);

/// <summary>What viewers are told, who know the address alone.</summary>
/// <param name="PlaylistUrl">HLS; a path of this server. Absent until there is something to play.</param>
public sealed record PublicBroadcastView(string State, string Title, DateTimeOffset? StartedAt, string? PlaylistUrl, int? Viewers);
