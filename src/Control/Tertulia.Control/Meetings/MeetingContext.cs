using Microsoft.Extensions.Logging;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings.Media;
using Tertulia.MediaNode.Relay;
using Tertulia.Storage;

namespace Tertulia.Control.Meetings;

/// <summary>What every meeting of a server shares.</summary>
internal sealed record MeetingServices(
    MeetingStore Meetings,
    ChatStore Chat,
    AttendanceStore Attendance,
    MeetingEvents Events,
    MeetingTokens Tokens,
    OpenMedia OpenMedia,
    TurnAccess? Turn,
    MeetingOptions Options,
    TimeProvider Time,
    ILogger Log,
    TranscriptStore? Transcripts = null,
    ITranscriber? Transcriber = null,
    IRecordingDesk? Recordings = null,
    IBroadcastDesk? Broadcasts = null);

/// <summary>What the parts of one meeting share. Touched only from within its mailbox, unless said otherwise.</summary>
internal sealed class MeetingContext
{
    public MeetingContext(MeetingRecord record, MeetingServices services)
    {
        Record = record;
        Services = services;
        StartedAt = record.StartedAt;
        Timers = new MeetingTimers(services.Time, Mailbox, error => services.Log.LogError(error, "Meeting {MeetingId}: late work failed", Id));
        Media = new MeetingMedia(record.Id, services.OpenMedia, services.Log);
        Taps = new MeetingTaps(record.Id, services.Log);
        Media.OnOpened += Taps.OnRoomOpened;
        if (record.Settings.Transcription is not { Enabled: true } transcription || services.Transcriber is not { } transcriber) return;
        Scribe = new MeetingScribe(this, transcriber, transcription.Language);
        Media.OnOpened += room => _ = Scribe.ListenAsync(room);
    }

    public MeetingRecord Record { get; }

    public MeetingServices Services { get; }

    public string Id => Record.Id;

    public MeetingMailbox Mailbox { get; } = new();

    public MeetingTimers Timers { get; }

    public Roster Roster { get; } = new();

    public MeetingMedia Media { get; }

    /// <summary>Null where nothing is transcribed.</summary>
    public MeetingScribe? Scribe { get; }

    public MeetingTaps Taps { get; }

    /// <summary>What is told about the recording that goes on; null while there is none.</summary>
    public RecordingMessage? Recording { get; set; }

    /// <summary>What is told about the broadcast that goes on; null while there is none.</summary>
    public BroadcastMessage? Broadcast { get; set; }

    public MeetingOptions Options => Services.Options;

    public ILogger Log => Services.Log;

    /// <summary>When the first participant came; null before.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Peer id of who speaks, as far as the SFU hears.</summary>
    public string? ActiveSpeaker { get; set; }

    public DateTimeOffset Now => Services.Time.GetUtcNow();

    /// <summary>This moment, or <paramref name="at"/>, as events name it.</summary>
    public EventMoment Moment(DateTimeOffset? at = null)
    {
        var time = at ?? Now;
        return new(Id, time, Math.Round(Math.Max(0, (time - (StartedAt ?? time)).TotalSeconds), 3));
    }

    /// <summary>Tells listeners what happened; what is durable has to be stored before.</summary>
    public void Tell(MeetingEvent happened) => Services.Events.Tell(happened);

    /// <summary>
    /// Does something for one participant while the meeting is busy with another: if it fails, only the one it was for loses
    /// its connection.
    /// </summary>
    public async ValueTask GuardAsync(ParticipantSession session, Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            Log.LogError(error, "Meeting {MeetingId}: participant {PeerId} could not be served", Id, session.PeerId);
            session.Outbox?.Close(SignalingCloseCodes.Internal, "internal");
        }
    }
}
