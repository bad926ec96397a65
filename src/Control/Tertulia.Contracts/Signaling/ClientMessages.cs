using System.Text.Json;

namespace Tertulia.Contracts.Signaling;

/// <summary>A message of a client, checked: every string is within its limit, every enumerated value is a known one.</summary>
public abstract record ClientMessage
{
    /// <summary>The message's <c>type</c>, which an error about it repeats as <c>ref</c>.</summary>
    public abstract string Type { get; }
}

/// <param name="To">A peer id, or <see cref="ReservedPeerIds.Sfu"/>.</param>
/// <param name="Connection">One of <see cref="ConnectionNames"/>; null in the per-peer dialect.</param>
/// <param name="Tracks">What each media section carries (transport dialect, <c>up</c>); null when the client did not say.</param>
public sealed record ClientOffer(string To, string? Connection, string Sdp, IReadOnlyList<OfferedTrack>? Tracks) : ClientMessage
{
    public override string Type => "offer";
}

public sealed record OfferedTrack(string Mid, string Source);

public sealed record ClientAnswer(string To, string? Connection, string Sdp) : ClientMessage
{
    public override string Type => "answer";
}

/// <param name="Candidate">Null marks the end of candidates.</param>
public sealed record ClientCandidate(string To, string? Connection, IceCandidateInit? Candidate) : ClientMessage
{
    public override string Type => "ice-candidate";
}

/// <summary>This side saw <paramref name="Connection"/> fail.</summary>
public sealed record ClientReconnect(string Connection) : ClientMessage
{
    public override string Type => "reconnect";
}

/// <param name="To">The only reader besides the sender, or null for everybody.</param>
public sealed record ClientChat(string Text, string? To) : ClientMessage
{
    public override string Type => "chat";
}

public sealed record ClientReaction(string Emoji) : ClientMessage
{
    public override string Type => "reaction";
}

public sealed record ClientHand(bool Raised) : ClientMessage
{
    public override string Type => "hand";
}

/// <summary>The client's own source was published, muted, unmuted or removed.</summary>
public sealed record ClientTrack(string Source, bool Muted, bool Removed) : ClientMessage
{
    public override string Type => "track";
}

/// <summary>Which remote videos are on screen, in device pixels. What is not listed is hidden.</summary>
public sealed record ClientView(IReadOnlyList<ViewItem> Items) : ClientMessage
{
    public override string Type => "view";
}

public sealed record ViewItem(string PeerId, string Source, int Width, int Height);

public sealed record ClientMuteRequest(string PeerId, string Source) : ClientMessage
{
    public override string Type => "mute-request";
}

public sealed record ClientRemove(string PeerId) : ClientMessage
{
    public override string Type => "remove";
}

/// <summary>A host starts or stops the recording.</summary>
public sealed record ClientRecording(bool Start) : ClientMessage
{
    public override string Type => "recording";
}

/// <summary>A host starts or stops the broadcast.</summary>
public sealed record ClientBroadcast(bool Start) : ClientMessage
{
    public override string Type => "broadcast";
}

public sealed record ClientEnd : ClientMessage
{
    public override string Type => "end";
}

public sealed record ClientLeave : ClientMessage
{
    public override string Type => "leave";
}

/// <summary>This participant wants captions or not, or speaks another language than the meeting's; null: as before.</summary>
public sealed record ClientCaptions(bool? Show, string? Language) : ClientMessage
{
    public override string Type => "captions";
}

/// <param name="Id">Text or a number, repeated in the pong.</param>
public sealed record ClientPing(JsonElement? Id) : ClientMessage
{
    public override string Type => "ping";
}

/// <summary>An RTCIceCandidateInit (W3C WebRTC section 4.8.1).</summary>
public sealed record IceCandidateInit(string Candidate, string? SdpMid, int? SdpMLineIndex, string? UsernameFragment);
