using System.Text.Json;
using System.Text.Json.Serialization;
using Tertulia.Contracts.Rest;

namespace Tertulia.Contracts.Signaling;

/// <summary>A message to a client; <c>type</c> is written first.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(WelcomeMessage), "welcome")]
[JsonDerivedType(typeof(PeerJoinedMessage), "peer-joined")]
[JsonDerivedType(typeof(PeerLeftMessage), "peer-left")]
[JsonDerivedType(typeof(OfferMessage), "offer")]
[JsonDerivedType(typeof(AnswerMessage), "answer")]
[JsonDerivedType(typeof(IceCandidateMessage), "ice-candidate")]
[JsonDerivedType(typeof(ActiveSpeakerMessage), "active-speaker")]
[JsonDerivedType(typeof(ChatMessage), "chat")]
[JsonDerivedType(typeof(ChatHistoryMessage), "chat-history")]
[JsonDerivedType(typeof(TrackMessage), "track")]
[JsonDerivedType(typeof(ReactionMessage), "reaction")]
[JsonDerivedType(typeof(HandMessage), "hand")]
[JsonDerivedType(typeof(MuteRequestMessage), "mute-request")]
[JsonDerivedType(typeof(TopologyMessage), "topology")]
[JsonDerivedType(typeof(RecordingMessage), "recording")]
[JsonDerivedType(typeof(BroadcastMessage), "broadcast")]
[JsonDerivedType(typeof(MeetingEndedMessage), "meeting-ended")]
[JsonDerivedType(typeof(ReconnectMessage), "reconnect")]
[JsonDerivedType(typeof(RestartMessage), "restart")]
[JsonDerivedType(typeof(LayersMessage), "layers")]
[JsonDerivedType(typeof(QualityMessage), "quality")]
[JsonDerivedType(typeof(TranscriptionMessage), "transcription")]
[JsonDerivedType(typeof(CaptionsMessage), "captions")]
[JsonDerivedType(typeof(ErrorMessage), "error")]
[JsonDerivedType(typeof(PongMessage), "pong")]
public abstract record ServerMessage;

/// <param name="Participants">The others, in the order in which they came.</param>
/// <param name="Topology">What is in use now: <c>sfu</c> or <c>p2p</c>.</param>
/// <param name="Resumed">True when an earlier connection of the same participant goes on with this one: its media was not touched.</param>
/// <param name="ResumeToken">Transport dialect only: opens the next connection, in the token's place.</param>
public sealed record WelcomeMessage(
    string PeerId,
    string DisplayName,
    string Role,
    string MeetingId,
    string Title,
    string Dialect,
    string Topology,
    IReadOnlyList<ParticipantInfo> Participants,
    MeetingSettings Settings,
    MeetingStateInfo State,
    DateTimeOffset ServerTime,
    bool Resumed,
    string? ResumeToken,
    IReadOnlyList<IceServer> IceServers) : ServerMessage;

/// <param name="Quality">As in <see cref="QualityMessage"/>; absent while there is nothing to remark.</param>
public sealed record ParticipantInfo(
    string PeerId, string DisplayName, string Role, JsonElement Metadata, bool HandRaised, IReadOnlyList<TrackInfo> Tracks, string? Quality = null);

public sealed record TrackInfo(string Source, bool Muted);

public sealed record MeetingStateInfo(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? StartedAt,
    bool Recording,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ActiveSpeaker,
    CaptionsInfo? Captions = null,
    bool Broadcast = false);

/// <summary>How captions stand for one participant; absent where the meeting is not transcribed.</summary>
/// <param name="Show">This participant is sent captions.</param>
/// <param name="Available">Speech is being recognised; false while the engine fails, or where none knows the language.</param>
/// <param name="Language">What this participant is taken to speak; a BCP 47 tag or <c>auto</c>.</param>
/// <param name="Languages">What can be chosen from.</param>
public sealed record CaptionsInfo(bool Show, bool Available, string Language, IReadOnlyList<string> Languages);

public sealed record PeerJoinedMessage(string PeerId, string DisplayName, string Role, JsonElement Metadata) : ServerMessage;

/// <param name="Reason">One of <see cref="LeaveReasons"/>.</param>
public sealed record PeerLeftMessage(string PeerId, string Reason) : ServerMessage;

/// <summary>An RTCSessionDescriptionInit.</summary>
public sealed record SessionDescriptionInit(string Type, string Sdp);

/// <param name="Fresh">True when a new connection takes the place of the one with this name.</param>
public sealed record OfferMessage(
    string From, SessionDescriptionInit Sdp, string? Connection = null, IReadOnlyList<RemoteTrackInfo>? Tracks = null, bool? Fresh = null)
    : ServerMessage;

public sealed record RemoteTrackInfo(string Mid, string PeerId, string Source);

public sealed record AnswerMessage(string From, SessionDescriptionInit Sdp, string? Connection = null) : ServerMessage;

public sealed record IceCandidateMessage(
    string From,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IceCandidateInit? Candidate,
    string? Connection = null) : ServerMessage;

/// <param name="PeerId">Null when nobody has spoken for a while.</param>
public sealed record ActiveSpeakerMessage([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? PeerId) : ServerMessage;

/// <param name="From">The sender's display name.</param>
/// <param name="Offset">Seconds since the meeting's start.</param>
public sealed record ChatMessage(
    string Id, string From, string PeerId, string Text, DateTimeOffset Timestamp, double Offset, string? To) : ServerMessage;

public sealed record ChatHistoryMessage(IReadOnlyList<ChatMessageView> Messages) : ServerMessage;

public sealed record TrackMessage(string PeerId, string Source, bool Muted, bool? Removed = null) : ServerMessage;

public sealed record ReactionMessage(string PeerId, string Emoji) : ServerMessage;

public sealed record HandMessage(string PeerId, bool Raised) : ServerMessage;

/// <param name="From">The host who asked, or null for the REST interface.</param>
public sealed record MuteRequestMessage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? From, string Source) : ServerMessage;

/// <param name="Topology"><c>sfu</c> or <c>p2p</c>: direct connections end or start.</param>
public sealed record TopologyMessage(string Topology) : ServerMessage;

/// <summary>Only these simulcast encodings of that source are of use to anybody: the others need not be made.</summary>
public sealed record LayersMessage(string Source, IReadOnlyList<string> Rids) : ServerMessage;

/// <param name="PeerId">Whose line it is; may be one's own.</param>
/// <param name="Quality"><c>excellent</c>, <c>good</c>, <c>poor</c> or <c>lost</c>.</param>
public sealed record QualityMessage(string PeerId, string Quality) : ServerMessage;

/// <summary>A line of what somebody says. Lines with one <paramref name="SegmentId"/> are states of the same line; the final one stays.</summary>
/// <param name="Speaker">Display name.</param>
/// <param name="Text">Empty in a final line: it was no speech after all, and what was shown of it goes away.</param>
/// <param name="Timestamp">When it began to be spoken; <paramref name="Offset"/> the same in seconds since the meeting's start.</param>
/// <param name="Confidence">0 to 1: about the share of words that are right.</param>
public sealed record TranscriptionMessage(
    string Speaker, string PeerId, string Text, DateTimeOffset Timestamp, double Offset, double Confidence, string Language, bool IsFinal, string SegmentId)
    : ServerMessage;

/// <summary>Captions stand otherwise for this participant than before.</summary>
/// <param name="Reason">Why they are not available, for people.</param>
public sealed record CaptionsMessage(CaptionsInfo Captions, string? Reason = null) : ServerMessage;

/// <summary>How a recording of the meeting stands.</summary>
/// <param name="State">One of <see cref="RecordingStates"/>.</param>
/// <param name="By">Display name of who started or stopped it; absent if nobody in particular.</param>
/// <param name="Problem">One of <see cref="RecordingProblems"/> while something of the meeting is not recorded.</param>
/// <param name="Progress">0 to 1, while it is processed.</param>
/// <param name="Reason">Why it failed, for people.</param>
/// <param name="RecordingUrl">Signed, for hosts only, once it is ready.</param>
public sealed record RecordingMessage(
    string State,
    string RecordingId,
    DateTimeOffset StartedAt,
    string? By = null,
    string? Problem = null,
    double? Progress = null,
    string? Reason = null,
    string? RecordingUrl = null) : ServerMessage;

/// <summary>The meeting is shown to the public, or no more.</summary>
/// <param name="State">One of <see cref="BroadcastStates"/>.</param>
/// <param name="By">Display name of who started it; absent if nobody in particular.</param>
/// <param name="WatchUrl">The page for viewers, who need no account.</param>
public sealed record BroadcastMessage(string State, DateTimeOffset StartedAt, string WatchUrl, string? By = null) : ServerMessage;

public sealed record MeetingEndedMessage(string Reason) : ServerMessage;

/// <summary>The server is about to restart; the meeting goes on.</summary>
public sealed record ReconnectMessage(int AfterMs) : ServerMessage;

/// <summary>Nothing comes on that connection any more: its offerer shall look for another way now instead of waiting until it notices.</summary>
public sealed record RestartMessage(string Connection) : ServerMessage;

/// <param name="Code">One of <see cref="SignalingErrors"/>.</param>
/// <param name="Ref">The <c>type</c> of the message that the error is about.</param>
public sealed record ErrorMessage(string Code, string Message, string? Ref = null) : ServerMessage;

public sealed record PongMessage(JsonElement? Id, DateTimeOffset ServerTime) : ServerMessage;
