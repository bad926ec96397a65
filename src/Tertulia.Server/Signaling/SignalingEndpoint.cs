using System.Net.WebSockets;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings;

namespace Tertulia.Server.Signaling;

/// <summary>The STUN and TURN servers to name to the client of a request.</summary>
internal delegate IReadOnlyList<IceServer> IceServersFor(HttpContext context);

/// <summary><c>/ws/signaling</c>: who may come in is settled before the upgrade, so that a refusal is a plain HTTP answer.</summary>
internal sealed class SignalingEndpoint(
    MeetingDirectory directory, MeetingTokens tokens, IceServersFor iceServers, TimeProvider time, ILogger<SignalingEndpoint> log)
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (meetingId, token) = (query["meetingId"].ToString(), query["token"].ToString());
        var (claims, error) = tokens.Verify(token);
        var refusal = error switch
        {
            _ when meetingId.Length == 0 => SignalingRefusal.BadRequest("The query names no meetingId."),
            MeetingTokenError.Expired => SignalingRefusal.TokenExpired,
            not MeetingTokenError.None => SignalingRefusal.TokenInvalid,
            _ when claims!.MeetingId != meetingId => SignalingRefusal.Forbidden("The token is for another meeting."),
            _ when !context.WebSockets.IsWebSocketRequest => SignalingRefusal.BadRequest("This address takes WebSocket connections only."),
            _ => null,
        };
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var isTransport = context.WebSockets.WebSocketRequestedProtocols.Contains(SignalingDialects.Transport);
        var request = new AdmissionRequest(
            claims!, isTransport ? SignalingDialects.Transport : SignalingDialects.PerPeer, iceServers(context));
        var (outcome, admission) = await directory.AdmitAsync(request, context.RequestAborted);
        if (admission is null) await SignalingRefusal.Of(outcome).WriteAsync(context);
        else await AcceptAsync(context, admission, isTransport);
    }

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
