namespace Tertulia.Contracts.Events;

/// <summary>The types of durable events, as webhooks name them.</summary>
public static class EventTypes
{
    public const string MeetingStarted = "meeting.started";
    public const string MeetingEnded = "meeting.ended";
    public const string ParticipantJoined = "participant.joined";
    public const string ParticipantLeft = "participant.left";
    public const string RecordingStarted = "recording.started";
    public const string RecordingReady = "recording.ready";
    public const string RecordingFailed = "recording.failed";
    public const string BroadcastStarted = "broadcast.started";
    public const string BroadcastEnded = "broadcast.ended";
    public const string TranscriptReady = "transcript.ready";
    public const string SummaryReady = "summary.ready";

    /// <summary>Sent on demand only, to try a webhook out; no fact about any meeting.</summary>
    public const string Ping = "ping";

    public static readonly IReadOnlyList<string> All =
    [
        MeetingStarted, MeetingEnded, ParticipantJoined, ParticipantLeft, RecordingStarted, RecordingReady, RecordingFailed,
        BroadcastStarted, BroadcastEnded, TranscriptReady, SummaryReady,
    ];

    public static bool IsKnown(string type) => All.Contains(type);
}
