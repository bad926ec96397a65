namespace Tertulia.Contracts.Transcripts;

/// <summary>One line of a transcript as files have it.</summary>
/// <param name="Id">Null if the file names none.</param>
/// <param name="Speaker">Null if the file does not say.</param>
/// <param name="Start">Seconds from the beginning; likewise <paramref name="End"/>.</param>
public sealed record TranscriptCue(string? Id, string? Speaker, double Start, double End, string Text);
