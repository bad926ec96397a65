namespace Tertulia.Contracts.Rest;

/// <summary>Layouts of recordings, by their names in the interface.</summary>
public static class RecordingLayouts
{
    public const string Grid = "grid";
    public const string Speaker = "speaker";
    public const string Single = "single";
    public const string Audio = "audio";

    /// <summary>One participant's camera and microphone as they were sent, in Matroska.</summary>
    public const string Track = "track";

    /// <summary>The same of a shared screen.</summary>
    public const string Screen = "screen";

    public static bool IsKnown(string value) => value is Grid or Speaker or Audio || IsOfOne(value);

    /// <summary>Those that show one participant, who has to be named.</summary>
    public static bool IsOfOne(string value) => value is Single or Track or Screen;

    public static bool IsTrack(string value) => value is Track or Screen;
}

/// <param name="Layout">One of <see cref="RecordingLayouts"/>; grid unless said otherwise.</param>
public sealed record StartRecordingRequest(string? Layout = null);

/// <param name="Layout">One of <see cref="RecordingLayouts"/>.</param>
/// <param name="PeerId">Who is shown, for layouts of one participant.</param>
public sealed record RenderRecordingRequest(string? Layout = null, string? PeerId = null);

/// <param name="Status"><c>recording</c>.</param>
public sealed record RecordingStartedView(string RecordingId, string Status, DateTimeOffset StartedAt);

/// <param name="RecordingUrl">Signed; answers 503 until the file is there.</param>
/// <param name="TranscriptUrl">Signed, WebVTT; only of meetings with transcription.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="Status"><c>ready</c>, <c>processing</c> or <c>failed</c>.</param>
public sealed record RecordingStoppedView(
    string RecordingId, string RecordingUrl, string? TranscriptUrl, double Duration, string Status, DateTimeOffset ExpiresAt, string? Reason = null);

/// <param name="Status"><c>recording</c>, <c>processing</c>, <c>ready</c> or <c>failed</c>: of the file that <c>recordingUrl</c> leads to.</param>
/// <param name="IsWhole">False if the server stopped in the middle; the file ends there.</param>
/// <param name="Progress">0 to 1, while it is processed.</param>
/// <param name="Problem">What is being missed now; see the <c>recording</c> message.</param>
public sealed record RecordingView(
    string RecordingId,
    string MeetingId,
    string Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? StoppedAt,
    double Duration,
    bool IsWhole,
    string? RecordingUrl,
    string? TranscriptUrl,
    DateTimeOffset? ExpiresAt,
    double? Progress,
    string? Problem,
    string? Reason,
    IReadOnlyList<RenditionView> Renditions);

/// <summary>One file made of a recording.</summary>
/// <param name="Status"><c>waiting</c>, <c>queued</c>, <c>composing</c>, <c>ready</c> or <c>failed</c>.</param>
/// <param name="Size">Bytes.</param>
public sealed record RenditionView(
    string RenditionId, string Layout, string? PeerId, string Status, double? Progress, string? Reason, string? Url, long? Size, DateTimeOffset CreatedAt);
