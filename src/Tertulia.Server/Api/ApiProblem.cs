using Tertulia.Contracts;
using Tertulia.Contracts.Rest;

namespace Tertulia.Server.Api;

/// <summary>
/// An answer that is an error by contract. Thrown by handlers and what they call; <see cref="ProblemWriter"/> writes it. These are
/// expected, so nothing is logged.
/// </summary>
public sealed class ApiProblem : Exception
{
    private ApiProblem(int status, string code, string title, string? detail = null, string? field = null, TimeSpan? retryAfter = null)
        : base(title)
    {
        Problem = new Problem($"urn:tertulia:problem:{code}", title, status, code, detail, field);
        RetryAfter = retryAfter;
    }

    public Problem Problem { get; }

    public TimeSpan? RetryAfter { get; }

    public static ApiProblem BadRequest(string code, string title, string? detail = null) => new(400, code, title, detail);

    public static ApiProblem KeyMissing() =>
        new(401, "key-missing", "An API key is needed", "Send it as 'Authorization: Bearer <api key>'.");

    public static ApiProblem KeyInvalid() => new(401, "key-invalid", "The API key is not valid");

    public static ApiProblem SessionInvalid() => new(401, "session-invalid", "The sign-in has expired", "Open a new sign-in link.");

    public static ApiProblem CrossOrigin() =>
        new(403, "cross-origin", "Calls with the sign-in cookie must come from this server's own pages", "Elsewhere use an API key, from a server.");

    public static ApiProblem TokenInvalid() =>
        new(401, "token-invalid", "The meeting token is not valid", "Get one by POST /api/meetings/{id}/join.");

    public static ApiProblem TokenExpired() =>
        new(401, "token-expired", "The meeting token has expired", "Get a fresh one by POST /api/meetings/{id}/join.");

    public static ApiProblem PostQuantumRequired(SignalingSecurity? security) => new(
        403, PostQuantumRequiredCode, "This meeting needs a connection with post-quantum key exchange",
        security is null
            ? "How this connection is protected is not known here: it came without TLS, or through a proxy that ends TLS."
            : $"This one is {security.Tls} with {security.Group ?? "a resumed session"}. Current versions of Chrome, Edge, Firefox and Safari offer X25519MLKEM768.");

    public const string PostQuantumRequiredCode = "post-quantum-required";

    public static ApiProblem Forbidden(string detail) => new(403, "forbidden", "This is not allowed", detail);

    public static ApiProblem KeyOnly() => new(403, "key-required", "Guests cannot join this meeting", "Its access is \"key\": ask for a token with an API key.");

    public static ApiProblem PlanLimitReached(string detail, TimeSpan retryAfter) =>
        new(429, "plan-limit-reached", "The limit of the plan is reached", detail, retryAfter: retryAfter);

    public static ApiProblem PlanLacks(string detail) => new(402, "plan-limit-reached", "The plan does not include this", detail);

    public static ApiProblem RateLimited(TimeSpan retryAfter) =>
        new(429, "rate-limited", "Too many calls from this address", retryAfter: retryAfter);

    public static ApiProblem MeetingUnknown() => new(404, "meeting-unknown", "There is no such meeting");

    public static ApiProblem ParticipantUnknown() => new(404, "participant-unknown", "Nobody with this peer id is in the meeting");

    public static ApiProblem SegmentUnknown() => new(404, "segment-unknown", "The transcript has no such line");

    public static ApiProblem SpeakerUnknown() => new(404, "speaker-unknown", "Nobody of this name speaks in the transcript");

    public static ApiProblem RecordingUnknown() => new(404, "recording-unknown", "There is no such recording, or no more");

    public static ApiProblem BroadcastUnknown() => new(404, "broadcast-unknown", "There is no such broadcast, or it is not on air");

    public static ApiProblem SummaryUnknown() => new(404, "summary-unknown", "There is no such summary", "Make one by POST …/summary.");

    public static ApiProblem SummaryChanged(int newest) =>
        new(409, "summary-changed", "The summary was changed meanwhile", $"The newest version is {newest}: read it and edit again.", "version");

    public static ApiProblem TranscriptMissing(DateTimeOffset? deletedAt, bool transcribes) => new(
        409, "transcript-missing", "There is no transcript to summarise",
        deletedAt is { } at ? $"It was deleted on {at.UtcDateTime:yyyy-MM-dd}."
            : transcribes ? "Nobody has said anything yet." : "The meeting was not transcribed: set settings.transcription.enabled, or import one by POST …/transcript.");

    public static ApiProblem KeyUnknown() => new(404, "key-unknown", "There is no such API key");

    public static ApiProblem WebhookUnknown() => new(404, "webhook-unknown", "There is no such webhook");

    public static ApiProblem WebhookNotEnabled() => new(409, "wrong-state", "The webhook is not enabled", "Enable it first.");

    public static ApiProblem DeliveryUnknown() => new(404, "delivery-unknown", "There is no such delivery");

    public static ApiProblem TooManyWebhooks(int most) =>
        new(409, "too-many-webhooks", "The account has as many webhooks as it may", $"It may have {most}. Delete one first.");

    public static ApiProblem ObjectUnknown() => new(404, "object-unknown", "There is no such file, or no more");

    public static ApiProblem ObjectNotYet(TimeSpan retryAfter) =>
        new(503, "object-not-ready", "The file is not ready yet", "It is still being made. Ask again later.", retryAfter: retryAfter);

    public static ApiProblem ObjectFailed(string? why) => new(410, "object-failed", "The file could not be made", why);

    public static ApiProblem LinkInvalid(bool expired) => expired
        ? new(403, "link-expired", "The link has expired", "Ask the API for a new one.")
        : new(403, "link-invalid", "The link is not valid");

    public static ApiProblem MeetingFull(int most) => new(409, "meeting-full", "The meeting is full", $"It holds {most} participants.");

    public static ApiProblem MeetingFull() => new(409, "meeting-full", "The meeting is full");

    public static ApiProblem MeetingEnded() => new(410, "meeting-ended", "The meeting has ended");

    public static ApiProblem WrongState(string detail) => new(409, "wrong-state", "The meeting is in the wrong state for this", detail);

    public static ApiProblem TooLarge(int most) => new(413, "too-large", "The body is too large", $"At most {most} bytes are read.");

    public static ApiProblem UnsupportedMediaType() =>
        new(415, "unsupported-media-type", "The body must be JSON", "Send 'Content-Type: application/json'.");

    public static ApiProblem InvalidField(string field, string detail) => new(422, "invalid-field", "A value is not valid", detail, field);

    public static ApiProblem IdempotencyInProgress() =>
        new(409, "idempotency-in-progress", "The first request with this Idempotency-Key is still being answered", retryAfter: TimeSpan.FromSeconds(1));

    public static ApiProblem IdempotencyReused() =>
        new(422, "idempotency-key-reused", "This Idempotency-Key was used for a different request", field: "Idempotency-Key");

    /// <summary>For errors that the framework found: routing, and what its server refuses.</summary>
    public static ApiProblem OfStatus(int status) => status switch
    {
        400 => BadRequest("bad-request", "The request is malformed"),
        404 => new(404, "not-found", "There is nothing here"),
        405 => new(405, "method-not-allowed", "This method is not allowed here"),
        408 => new(408, "timeout", "The request took too long"),
        413 => new(413, "too-large", "The body is too large"),
        415 => UnsupportedMediaType(),
        >= 400 and < 500 => new(status, "refused", "The request was refused"),
        503 => new(503, "unavailable", "The server cannot answer now", retryAfter: TimeSpan.FromSeconds(1)),
        _ => new(500, "internal", "Something went wrong here", "The server's log has the details."),
    };
}
