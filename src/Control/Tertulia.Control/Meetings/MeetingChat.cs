using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Storage;

namespace Tertulia.Control.Meetings;

/// <summary>What is said in writing. It is on disk before anybody reads it.</summary>
internal sealed class MeetingChat(MeetingContext meeting)
{
    public async ValueTask SayAsync(ParticipantSession sender, ClientChat chat)
    {
        if (!sender.Grants.Contains(MeetingGrants.Chat))
        {
            sender.Send(new ErrorMessage(SignalingErrors.NotAllowed, "This participant's token does not grant 'chat'.", chat.Type));
            return;
        }
        var reader = chat.To is null ? null : meeting.Roster.Find(chat.To);
        if (chat.To is not null && reader is null)
        {
            sender.Send(new ErrorMessage(SignalingErrors.UnknownPeer, $"There is no peer '{chat.To}' in this meeting.", chat.Type));
            return;
        }

        var now = meeting.Now;
        var offset = Math.Round((now - (meeting.StartedAt ?? now)).TotalSeconds, 3);
        var record = new ChatRecord(NewId(), meeting.Id, sender.PeerId, sender.DisplayName, chat.To, chat.Text, now, offset);
        try
        {
            await meeting.Services.Chat.AppendAsync(record);
        }
        catch (Exception error)
        {
            meeting.Log.LogError(error, "Meeting {MeetingId}: a chat message could not be stored", meeting.Id);
            sender.Send(new ErrorMessage(SignalingErrors.Internal, "The message could not be stored. Try again.", chat.Type));
            return;
        }

        var message = new ChatMessage(
            record.Id, record.DisplayName, record.PeerId, record.Text, record.Timestamp, record.Offset, record.ToPeerId);
        if (chat.To is null)
        {
            meeting.Roster.Broadcast(message);
            meeting.Tell(new ChatSaid(meeting.Moment(now), record.Id, record.PeerId, record.DisplayName, record.Text));
            return;
        }
        sender.Send(message);
        if (reader != sender) reader!.Send(message);
    }

    public async ValueTask SendHistoryAsync(ParticipantSession session)
    {
        var readable = await meeting.Services.Chat.ListReadableAsync(meeting.Id, session.PeerId, SignalingLimits.HistoryMessages);
        session.Send(new ChatHistoryMessage([.. WithinLimit(readable).Select(message => new ChatMessageView(
            message.Id, message.DisplayName, message.PeerId, message.Text, message.Timestamp, message.Offset, message.ToPeerId))]));
    }

    /// <summary>The newest messages, as many as one answer may hold.</summary>
    private static IEnumerable<ChatRecord> WithinLimit(IReadOnlyList<ChatRecord> messages)
    {
        var first = messages.Count;
        for (var text = 0; first > 0; first--)
        {
            text += messages[first - 1].Text.Length;
            if (text > SignalingLimits.HistoryText) break;
        }
        return messages.Skip(first);
    }

    private static string NewId() => "msg_" + RandomNumberGenerator.GetHexString(24, lowercase: true);
}
