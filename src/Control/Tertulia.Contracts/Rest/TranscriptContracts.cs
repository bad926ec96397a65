namespace Tertulia.Contracts.Rest;

/// <summary>A page of a transcript, in the order in which the lines began.</summary>
/// <param name="Revision">Grows with every change; 0 if nothing was said.</param>
/// <param name="TranscriptUrl">A signed address of the whole transcript as WebVTT, for players; expires.</param>
public sealed record TranscriptView(
    string MeetingId, long Revision, string? TranscriptUrl, IReadOnlyList<TranscriptLine> Items, string? NextCursor = null);

/// <param name="PeerId">Absent for lines that were imported without.</param>
/// <param name="Start">Seconds since the meeting's start; likewise <paramref name="End"/>.</param>
/// <param name="Timestamp">When it began to be spoken.</param>
/// <param name="Confidence">0 to 1; absent if nothing is known.</param>
/// <param name="Revision">1 as first stored, one more for each change.</param>
/// <param name="SpokenAs">The name before it was corrected.</param>
public sealed record TranscriptLine(
    string SegmentId,
    string? PeerId,
    string Speaker,
    double Start,
    double End,
    DateTimeOffset Timestamp,
    string Text,
    double? Confidence,
    string Language,
    long Revision,
    string? SpokenAs = null);

/// <summary>Body of <c>POST …/transcript</c>: lines that were written elsewhere.</summary>
/// <param name="StartedAt">When the offsets begin; else when the meeting did.</param>
/// <param name="Language">Of lines that name none.</param>
public sealed record ImportTranscriptRequest(
    IReadOnlyList<ImportedLine>? Lines = null, DateTimeOffset? StartedAt = null, string? Language = null);

/// <param name="SegmentId">Lines without one get the same again for the same content.</param>
public sealed record ImportedLine(
    string? Speaker = null,
    double? Start = null,
    double? End = null,
    string? Text = null,
    string? SegmentId = null,
    string? PeerId = null,
    double? Confidence = null,
    string? Language = null);

/// <param name="Added">Lines that were new.</param>
/// <param name="Changed">Lines with a known segment id whose content was replaced.</param>
public sealed record ImportedTranscript(string MeetingId, int Lines, int Added, int Changed, long Revision);

/// <summary>Body of <c>PATCH …/transcript</c>: a speaker's name, on all of their lines.</summary>
/// <param name="Speaker">The name that the lines bear now.</param>
public sealed record RenameSpeakerRequest(string? Speaker = null, string? Name = null);

/// <summary>Body of <c>PATCH …/transcript/{segmentId}</c>: the speaker's name on this line alone.</summary>
public sealed record CorrectLineRequest(string? Speaker = null);

/// <param name="Lines">How many lines bear the new name because of this.</param>
public sealed record RenamedSpeaker(string Speaker, int Lines);

/// <summary>What this server's speech recognition can do.</summary>
/// <param name="Available">It works at the moment.</param>
/// <param name="Problem">Why it does not, for people.</param>
/// <param name="Languages">BCP 47 tags; <c>auto</c> among them where it finds the language out by itself.</param>
public sealed record TranscriptionView(bool Available, string? Problem, IReadOnlyList<string> Languages);
