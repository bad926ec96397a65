using System.Text.Json;

namespace Tertulia.Contracts.Rest;

/// <summary>Body of <c>POST /api/meetings</c>. The creator's own display name and metadata are optional.</summary>
public sealed record CreateMeetingRequest(
    string? Title = null, MeetingSettings? Settings = null, string? DisplayName = null, JsonElement? Metadata = null);

/// <summary>Optional body of <c>POST /api/meetings/{id}/join</c>.</summary>
/// <param name="Region">Where the participant is; kept for clusters, one node needs no choice.</param>
public sealed record JoinMeetingRequest(
    string? DisplayName = null, string? Role = null, string? Region = null, JsonElement? Metadata = null);

/// <summary>Body of <c>POST /api/meetings/{id}/guest</c>, which needs no key.</summary>
public sealed record GuestJoinRequest(string? DisplayName = null);

/// <summary>What a client needs to enter: the answer of create, join and guest.</summary>
/// <param name="Token">For <c>/ws/signaling</c>; short-lived.</param>
/// <param name="ExpiresAt">When the token stops opening a connection.</param>
public sealed record MeetingTicket(
    string MeetingId,
    string Token,
    string JoinUrl,
    IReadOnlyList<IceServer> IceServers,
    string PeerId,
    string DisplayName,
    string Role,
    string Title,
    DateTimeOffset ExpiresAt,
    IReadOnlyList<Warning>? Warnings = null);

/// <summary>An RTCIceServer, as browsers take it.</summary>
public sealed record IceServer(string Urls, string? Username = null, string? Credential = null);

/// <summary>Something that was accepted but does not (yet) have its full effect.</summary>
/// <param name="Field">The field of the request, for example <c>settings.transcription</c>.</param>
public sealed record Warning(string Code, string Field, string Message);

/// <param name="State"><c>open</c> or <c>ended</c>.</param>
/// <param name="ParticipantCount">Who is in the meeting now.</param>
public sealed record MeetingView(
    string MeetingId,
    string Title,
    string State,
    MeetingSettings Settings,
    int MaxParticipants,
    int ParticipantCount,
    string JoinUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? EndReason,
    IReadOnlyList<Warning>? Warnings = null);

/// <summary>What the page behind a join link may know before anybody signed in.</summary>
/// <param name="Refusal">Why the connection that asks would not be let in: <c>post-quantum-required</c>.</param>
public sealed record PublicMeetingView(
    string MeetingId, string Title, string State, string Access, int ParticipantCount, int MaxParticipants, string? Refusal = null);

/// <param name="State"><c>present</c> or <c>left</c>.</param>
/// <param name="RelayedBytes">What TURN carried for it, both ways.</param>
/// <param name="Reason">Why the participant is no longer there: left, lost, removed, replaced or ended.</param>
/// <param name="Security">Of the signaling connection, the last one if there were several.</param>
public sealed record ParticipantView(
    string PeerId,
    string DisplayName,
    string Role,
    string State,
    DateTimeOffset JoinedAt,
    DateTimeOffset? LeftAt,
    string? Reason,
    long RelayedBytes,
    SignalingSecurity? Security = null);

/// <param name="Source"><c>microphone</c>, <c>camera</c>, <c>screen</c> or <c>screen-audio</c>; the microphone unless said otherwise.</param>
public sealed record MuteParticipantRequest(string Source = "microphone");

/// <param name="From">The sender's display name.</param>
/// <param name="Offset">Seconds since the meeting's start.</param>
public sealed record ChatMessageView(
    string Id, string From, string PeerId, string Text, DateTimeOffset Timestamp, double Offset, string? To = null);

public static class MeetingState
{
    public const string Open = "open";
    public const string Ended = "ended";
}
