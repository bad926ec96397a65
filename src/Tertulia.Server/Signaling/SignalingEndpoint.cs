using System.Net.WebSockets;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings;
using Tertulia.Server.Api;
using Tertulia.Server.Transport;

namespace Tertulia.Server.Signaling;

/// <summary><c>/ws/signaling</c>: who may come in is settled before the upgrade, so that a refusal is a plain HTTP answer.</summary>
internal sealed class SignalingEndpoint(
    MeetingDirectory directory, MeetingTokens tokens, IceServers iceServers, TimeProvider time, ILogger<SignalingEndpoint> log)
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context)
    {
        var claims = VerifyToken(context.Request.Query);
        if (!context.WebSockets.IsWebSocketRequest)
            throw ApiProblem.BadRequest("bad-request", "The request is malformed", "This address takes WebSocket connections only.");

        var isTransport = context.WebSockets.WebSocketRequestedProtocols.Contains(SignalingDialects.Transport);
        var request = new AdmissionRequest(
            claims, isTransport ? SignalingDialects.Transport : SignalingDialects.PerPeer, iceServers.For(context, claims.MeetingId, claims.PeerId), ConnectionSecurity.Of(context));
        var (outcome, admission) = await directory.AdmitAsync(request, context.RequestAborted);
        await AcceptAsync(context, admission ?? throw Refusal(outcome, request), isTransport);
    }

    private MeetingTokenClaims VerifyToken(IQueryCollection query)
    {
        var meetingId = query["meetingId"].ToString();
        if (meetingId.Length == 0) throw ApiProblem.BadRequest("bad-request", "The request is malformed", "The query names no meetingId.");
        var (claims, error) = tokens.Verify(query["token"].ToString());
        if (error == MeetingTokenError.Expired) throw ApiProblem.TokenExpired();
        if (claims is null) throw ApiProblem.TokenInvalid();
        return claims.MeetingId == meetingId ? claims : throw ApiProblem.Forbidden("The token is for another meeting.");
    }

    private static ApiProblem Refusal(AdmissionOutcome outcome, AdmissionRequest request) => outcome switch
    {
        AdmissionOutcome.UnknownMeeting => ApiProblem.MeetingUnknown(),
        AdmissionOutcome.MeetingEnded => ApiProblem.MeetingEnded(),
        AdmissionOutcome.MeetingFull => ApiProblem.MeetingFull(),
        AdmissionOutcome.NotPostQuantum => ApiProblem.PostQuantumRequired(request.Security),
        AdmissionOutcome.TooOften => ApiProblem.RateLimited(TimeSpan.FromMinutes(1)),
        AdmissionOutcome.Removed => ApiProblem.Forbidden("This participant was removed from the meeting."),
        _ => ApiProblem.OfStatus(StatusCodes.Status503ServiceUnavailable),
    };

    private async Task AcceptAsync(HttpContext context, Admission admission, bool isTransport)
    {
        WebSocket socket;
        try
        {
            socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = isTransport ? SignalingDialects.Transport : null,
                // A connection that went silent is noticed by the missing pong, within twice this time.
                KeepAliveInterval = s_keepAlive,
                KeepAliveTimeout = s_keepAlive,
            });
        }
        catch
        {
            await admission.AbandonAsync();
            throw;
        }

        using (socket)
        {
            var outbox = new SignalingOutbox();
            var connection = new SignalingConnection(socket, outbox, isPerPeer: !isTransport, time, log);
            await connection.RunAsync(admission);
        }
    }
}
