namespace Tertulia.Speech.Captions;

/// <summary>A line of what somebody says: shown while it grows, kept once it is final.</summary>
/// <param name="SegmentId">The same for all states of one line.</param>
/// <param name="PeerId">Whose microphone it came from.</param>
/// <param name="Text">Empty and final: the line was no speech after all, and is taken back.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record Caption(
    string SegmentId, string PeerId, string Text, bool IsFinal, double Confidence, string Language, DateTimeOffset StartedAt, DateTimeOffset EndedAt);
