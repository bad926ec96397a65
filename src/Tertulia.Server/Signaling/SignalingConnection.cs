using System.Net.WebSockets;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Meetings;

namespace Tertulia.Server.Signaling;

/// <summary>
/// One open socket: reads, checks and hands on what the client says, and sends what the meeting has to say to it. Whatever
/// the client does here is between it and this object.
/// </summary>
internal sealed class SignalingConnection(WebSocket socket, SignalingOutbox outbox, bool isPerPeer, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan s_sendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(5);

    private readonly MessageBudget _budget = new(time);

    /// <summary>Ends when the socket does. Never throws for what a client or a network does.</summary>
    public async Task RunAsync(Admission admission)
    {
        using var ended = new CancellationTokenSource();
        var writing = WriteAsync(ended);
        var participant = await ConnectAsync(admission);
        var end = await ReadAsync(participant, ended.Token);
        outbox.Close(SignalingCloseCodes.Normal, "");
        await writing;
        if (participant is not null) await participant.DisconnectedAsync(end);
    }

    /// <summary>Null when there is no place after all; the outbox is closed then.</summary>
    private async Task<ParticipantConnection?> ConnectAsync(Admission admission)
    {
        try
        {
            return await admission.ConnectAsync(outbox);
        }
        catch (Exception error)
        {
            log.LogError(error, "Participant {PeerId} could not be connected", admission.Request.PeerId);
            outbox.Close(SignalingCloseCodes.Internal, "internal");
            return null;
        }
    }

    private async Task<SocketEnd> ReadAsync(ParticipantConnection? participant, CancellationToken ended)
    {
        using var buffer = new MessageBuffer();
        try
        {
            while (await buffer.ReadAsync(socket, ended) is not WebSocketMessageType.Close and var kind)
            {
                // What a client says after the server has closed is not heard any more; its close frame is what is waited for.
                if (outbox.Closing is null && participant is not null) await HandleAsync(participant, kind, buffer);
            }
            return EndOf(outbox.Closing) ?? EndOf(socket.CloseStatus);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return EndOf(outbox.Closing) ?? SocketEnd.Broken;
        }
        catch (Exception error)
        {
            log.LogError(error, "Participant {PeerId}: a message could not be handled", participant?.PeerId);
            outbox.Close(SignalingCloseCodes.Internal, "internal");
            return SocketEnd.Expelled;
        }
    }

    private async ValueTask HandleAsync(ParticipantConnection participant, WebSocketMessageType kind, MessageBuffer buffer)
    {
        var cheap = LooksLikeCandidate(buffer.Message.Span);
        if (!_budget.TryTake(cheap ? MessageBudget.CandidateCost : 1))
        {
            Throttle();
            return;
        }
        if (buffer.IsTooLarge)
        {
            outbox.Post(new ErrorMessage(SignalingErrors.TooLarge, $"A message is at most {SignalingLimits.MessageBytes} bytes."));
            return;
        }
        if (kind != WebSocketMessageType.Text)
        {
            outbox.Post(new ErrorMessage(SignalingErrors.Malformed, "Messages are text."));
            return;
        }

        var (message, refusal) = ClientMessageReader.Read(buffer.Message);
        if (cheap && message is not ClientCandidate) _budget.Charge(1 - MessageBudget.CandidateCost);
        if (refusal is not null) outbox.Post(refusal);
        else if (message is ClientPing ping) outbox.Post(new PongMessage(ping.Id, time.GetUtcNow()));
        else if (message is not null) await participant.ReceiveAsync(message);
    }

    private void Throttle()
    {
        if (_budget.IsExhausted) outbox.Close(SignalingCloseCodes.Flood, "flood");
        else if (_budget.MayTell()) outbox.Post(new ErrorMessage(SignalingErrors.Throttled, "Too many messages: some were dropped."));
    }

    private async Task WriteAsync(CancellationTokenSource ended)
    {
        using var timeout = new CancellationTokenSource();
        try
        {
            while (await outbox.TakeAsync() is { } message)
            {
                timeout.CancelAfter(s_sendTimeout);
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
                if (!timeout.TryReset()) break;
            }
            var closing = outbox.Closing!;
            using var patience = new CancellationTokenSource(s_closeTimeout);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync((WebSocketCloseStatus)closing.Code, closing.Reason, patience.Token);
            // The client has a while to answer with its own close frame; then reading ends without it.
            ended.CancelAfter(s_closeTimeout);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            outbox.Close(SignalingCloseCodes.TooSlow, "too-slow");
            socket.Abort();
        }
    }

    // Enough to price a message before it is parsed.
    private static bool LooksLikeCandidate(ReadOnlySpan<byte> message) =>
        message.Length <= SignalingLimits.Candidate && message.IndexOf("\"ice-candidate\""u8) >= 0;

    /// <summary>How the server's own close is meant; null when it is the client that ended the socket.</summary>
    private static SocketEnd? EndOf(SignalingClose? closing) => closing?.Code switch
    {
        null => null,
        SignalingCloseCodes.Flood or SignalingCloseCodes.Internal => SocketEnd.Expelled,
        _ => SocketEnd.Broken,
    };

    private SocketEnd EndOf(WebSocketCloseStatus? status) =>
        // Without a code is how scripts close (RFC 6455 section 7.4.1: 1005 never is in a frame).
        isPerPeer || status is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.Empty
            ? SocketEnd.Left
            : SocketEnd.Broken;
}
