namespace Tertulia.Storage;

/// <summary>One finished line of a transcript.</summary>
/// <param name="SegmentId">Distinct within the meeting.</param>
/// <param name="PeerId">Who spoke, if it was spoken here; null for lines that were imported without.</param>
/// <param name="Speaker">Display name, corrections applied.</param>
/// <param name="Start">Seconds since the meeting's start, kept to the millisecond; likewise <paramref name="End"/>.</param>
/// <param name="Timestamp">When it began to be spoken.</param>
/// <param name="Confidence">0 to 1, or null if nothing is known.</param>
/// <param name="Language">A BCP 47 tag.</param>
/// <param name="Revision">1 as first stored, one more for each change.</param>
/// <param name="SpokenAs">The name before it was corrected; null if it was not.</param>
public sealed record TranscriptRecord(
    string MeetingId,
    string SegmentId,
    string? PeerId,
    string Speaker,
    double Start,
    double End,
    DateTimeOffset Timestamp,
    string Text,
    double? Confidence,
    string Language,
    long Revision = 1,
    string? SpokenAs = null);

/// <summary>What is known of a meeting's transcript as a whole.</summary>
/// <param name="Revision">0 if nothing was ever said; grows with every change.</param>
/// <param name="DeletedAt">When lines were last deleted, by retention or by hand.</param>
public sealed record TranscriptState(long Revision, DateTimeOffset? ChangedAt, DateTimeOffset? DeletedAt)
{
    public static readonly TranscriptState None = new(0, null, null);
}

/// <param name="Added">Lines that were new.</param>
/// <param name="Changed">Lines whose content was replaced.</param>
public readonly record struct TranscriptImport(int Added, int Changed);
