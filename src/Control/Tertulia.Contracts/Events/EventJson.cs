using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tertulia.Contracts.Events;

/// <summary>What a webhook is sent, and what <c>GET …/events</c> lists. Standard Webhooks asks for type, timestamp and data.</summary>
/// <param name="Id">The same for every webhook and every repetition: receivers know by it what they have seen.</param>
/// <param name="Sequence">1, 2, 3 … within the meeting, without gaps; absent where no meeting is concerned.</param>
/// <param name="Data">The event's own fields; <c>meetingId</c> and <c>offset</c> come first.</param>
public sealed record EventEnvelope(string Id, string Type, DateTimeOffset Timestamp, long? Sequence, JsonElement Data);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimestampConverter)])]
[JsonSerializable(typeof(EventEnvelope))]
[JsonSerializable(typeof(MeetingStarted))]
[JsonSerializable(typeof(MeetingEnded))]
[JsonSerializable(typeof(ParticipantJoined))]
[JsonSerializable(typeof(ParticipantLeft))]
[JsonSerializable(typeof(RecordingStarted))]
[JsonSerializable(typeof(RecordingReady))]
[JsonSerializable(typeof(RecordingFailed))]
[JsonSerializable(typeof(BroadcastStarted))]
[JsonSerializable(typeof(BroadcastEnded))]
[JsonSerializable(typeof(TranscriptReady))]
[JsonSerializable(typeof(SummaryReady))]
public sealed partial class EventJson : JsonSerializerContext
{
    /// <summary>The text that is stored, signed and sent.</summary>
    public static string Write(string id, long? sequence, MeetingEvent happened) => Write(new EventEnvelope(
        id, happened.Type, happened.Timestamp, sequence, JsonSerializer.SerializeToElement(happened, happened.GetType(), Default)));

    public static EventEnvelope Read(string text) => JsonSerializer.Deserialize(text, Default.EventEnvelope)!;

    public static string Write(EventEnvelope envelope) => JsonSerializer.Serialize(envelope, Default.EventEnvelope);
}
