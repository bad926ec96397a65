using Tertulia.Contracts.Rest;
using Tertulia.Control.Meetings;

namespace Tertulia.Server.Signaling;

/// <summary>Why somebody is not let in, as problem details (RFC 9457) before the upgrade.</summary>
internal sealed record SignalingRefusal(int Status, string Code, string Title, string? Detail = null)
{
    public static readonly SignalingRefusal TokenInvalid = new(401, "token-invalid", "The token is not valid.");
    public static readonly SignalingRefusal TokenExpired = new(401, "token-expired", "The token has expired.");

    public static SignalingRefusal BadRequest(string detail) => new(400, "bad-request", "The request cannot be understood.", detail);

    public static SignalingRefusal Forbidden(string detail) => new(403, "forbidden", "This is not allowed.", detail);

    public static SignalingRefusal Of(AdmissionOutcome outcome) => outcome switch
    {
        AdmissionOutcome.UnknownMeeting => new(404, "meeting-unknown", "There is no such meeting."),
        AdmissionOutcome.MeetingEnded => new(410, "meeting-ended", "The meeting has ended."),
        AdmissionOutcome.MeetingFull => new(409, "meeting-full", "The meeting is full."),
        AdmissionOutcome.Removed => Forbidden("This participant was removed from the meeting."),
        AdmissionOutcome.Draining => new(503, "unavailable", "The server is about to restart.", "Try again in a moment."),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (Status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        return context.Response.WriteAsJsonAsync(
            new Problem("about:blank", Title, Status, Code, Detail), RestJson.Default.Problem, Problem.ContentType);
    }
}
