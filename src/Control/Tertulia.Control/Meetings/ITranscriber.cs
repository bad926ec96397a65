using Tertulia.Taps;

namespace Tertulia.Control.Meetings;

/// <summary>Speech recognition as meetings see it. Its real form stands above this floor, where services and meetings meet.</summary>
public interface ITranscriber
{
    /// <summary>What participants may choose from, as BCP 47 tags.</summary>
    IReadOnlyList<string> Languages { get; }

    /// <summary>Why nothing is recognised at the moment, for people; null while it works.</summary>
    string? Problem { get; }

    event Action? ProblemChanged;

    bool Knows(string language);

    /// <summary>What listens to a room of that meeting, until the room closes; null: nothing does.</summary>
    IMediaTap? Listen(MeetingScribe scribe);
}

/// <summary>A state of one line of speech; the last one is final.</summary>
/// <param name="Text">Empty and final: it was no speech after all.</param>
public sealed record SpokenLine(
    string SegmentId, string PeerId, string Text, bool IsFinal, double Confidence, string Language, DateTimeOffset StartedAt, DateTimeOffset EndedAt);
