using System.Text.Json.Serialization;

namespace Tertulia.Recording.Log;

/// <summary>What happened in a meeting beside its media, as the log keeps it. Types are stored: they never change their meaning.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Began), "began")]
[JsonDerivedType(typeof(Joined), "joined")]
[JsonDerivedType(typeof(Left), "left")]
[JsonDerivedType(typeof(TrackState), "track")]
[JsonDerivedType(typeof(Speaking), "speaking")]
[JsonDerivedType(typeof(Said), "chat")]
[JsonDerivedType(typeof(Finished), "finished")]
public abstract record RecordedFact
{
    private RecordedFact()
    {
    }

    /// <summary>Its moment is the recording's start: offsets count from there.</summary>
    public sealed record Began(string RecordingId, string MeetingId, string Title, DateTimeOffset At) : RecordedFact;

    public sealed record Joined(string PeerId, string Name, string Role) : RecordedFact;

    public sealed record Left(string PeerId) : RecordedFact;

    /// <param name="Source">As the wire names it.</param>
    public sealed record TrackState(string PeerId, string Source, bool Muted, bool Removed) : RecordedFact;

    /// <param name="PeerId">Null when nobody has spoken for a while.</param>
    public sealed record Speaking(string? PeerId) : RecordedFact;

    public sealed record Said(string PeerId, string Name, string Text) : RecordedFact;

    /// <summary>The recording was stopped, not cut off.</summary>
    public sealed record Finished : RecordedFact;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecordedFact))]
internal sealed partial class FactJson : JsonSerializerContext;
