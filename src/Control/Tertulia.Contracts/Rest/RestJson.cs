using System.Text.Json;
using System.Text.Json.Serialization;
using Tertulia.Contracts.Events;

namespace Tertulia.Contracts.Rest;

/// <summary>
/// JSON of the REST interface: camelCase, strict about types (a number in quotes is an error, null only where it is allowed),
/// deaf to unknown fields, silent about absent values.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    Converters = [typeof(UtcTimestampConverter)],
    MaxDepth = 16)]
[JsonSerializable(typeof(MeetingSettings))]
[JsonSerializable(typeof(CreateMeetingRequest))]
[JsonSerializable(typeof(JoinMeetingRequest))]
[JsonSerializable(typeof(GuestJoinRequest))]
[JsonSerializable(typeof(MuteParticipantRequest))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(MeetingTicket))]
[JsonSerializable(typeof(MeetingView))]
[JsonSerializable(typeof(PublicMeetingView))]
[JsonSerializable(typeof(Page<MeetingView>))]
[JsonSerializable(typeof(Page<ParticipantView>))]
[JsonSerializable(typeof(ParticipantQualityView))]
[JsonSerializable(typeof(Page<ChatMessageView>))]
[JsonSerializable(typeof(Page<KeyView>))]
[JsonSerializable(typeof(CreatedKey))]
[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(UpdateWebhookRequest))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(CreatedWebhook))]
[JsonSerializable(typeof(RotatedSecret))]
[JsonSerializable(typeof(Page<DeliveryView>))]
[JsonSerializable(typeof(DeliveryDetail))]
[JsonSerializable(typeof(Page<EventEnvelope>))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(SigninLink))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(TranscriptView))]
[JsonSerializable(typeof(ImportTranscriptRequest))]
[JsonSerializable(typeof(ImportedTranscript))]
[JsonSerializable(typeof(RenameSpeakerRequest))]
[JsonSerializable(typeof(CorrectLineRequest))]
[JsonSerializable(typeof(RenamedSpeaker))]
[JsonSerializable(typeof(StartRecordingRequest))]
[JsonSerializable(typeof(RenderRecordingRequest))]
[JsonSerializable(typeof(RecordingStartedView))]
[JsonSerializable(typeof(RecordingStoppedView))]
[JsonSerializable(typeof(RenditionView))]
[JsonSerializable(typeof(Page<RecordingView>))]
[JsonSerializable(typeof(StartBroadcastRequest))]
[JsonSerializable(typeof(BroadcastView))]
[JsonSerializable(typeof(PublicBroadcastView))]
[JsonSerializable(typeof(CreateSummaryRequest))]
[JsonSerializable(typeof(EditSummaryRequest))]
[JsonSerializable(typeof(SummaryView))]
[JsonSerializable(typeof(SummaryContent))]
[JsonSerializable(typeof(SummaryEvidence))]
[JsonSerializable(typeof(Page<SummaryView>))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(TranscriptionView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(JsonWebKeySet))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class RestJson : JsonSerializerContext;
