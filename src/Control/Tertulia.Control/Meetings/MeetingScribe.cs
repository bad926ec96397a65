using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Meetings.Media;
using Tertulia.Storage;
using Tertulia.Taps;

namespace Tertulia.Control.Meetings;

/// <summary>
/// Writes down what is said in one meeting: shown to those who want captions, and kept. A final line is on disk before anybody reads it.
/// </summary>
public sealed class MeetingScribe
{
    private static readonly TapOptions s_microphones = new() { Video = false };

    private readonly MeetingContext _meeting;
    private readonly ITranscriber _transcriber;
    private readonly string _meetingLanguage;
    private readonly ConcurrentDictionary<string, string> _names = new();
    private readonly ConcurrentDictionary<string, string> _languages = new();

    internal MeetingScribe(MeetingContext meeting, ITranscriber transcriber, string language)
    {
        (_meeting, _transcriber, _meetingLanguage) = (meeting, transcriber, language);
        transcriber.ProblemChanged += OnProblemChanged;
    }

    public string MeetingId => _meeting.Id;

    /// <summary>From any thread, like all that is public here.</summary>
    public string LanguageOf(string peerId) => _languages.GetValueOrDefault(peerId, _meetingLanguage);

    /// <summary>Completes when the line has been stored, if it is to be, and shown.</summary>
    public async Task WriteAsync(SpokenLine line)
    {
        // Who is not known has spoken without ever having been let in: a fault, not a line.
        if (!_names.TryGetValue(line.PeerId, out var name)) return;
        try
        {
            if (line is { IsFinal: true, Text.Length: > 0 }) await KeepAsync(line, name);
            await _meeting.Mailbox.RunAsync(() =>
            {
                Show(line, name);
                return ValueTask.FromResult(true);
            });
        }
        catch (MeetingClosedException)
        {
            // The last words of a meeting that is over: kept, and nobody is there to be shown them.
        }
        catch (Exception error)
        {
            _meeting.Log.LogError(error, "Meeting {MeetingId}: a line of speech could not be stored", MeetingId);
        }
    }

    internal void Meet(ParticipantSession session)
    {
        _names[session.PeerId] = session.DisplayName;
        session.ShowsCaptions = _meeting.Record.Settings.Transcription is { ShowCaptions: true };
    }

    internal CaptionsInfo InfoFor(ParticipantSession session)
    {
        var language = LanguageOf(session.PeerId);
        return new(session.ShowsCaptions, _transcriber.Problem is null && _transcriber.Knows(language), language, _transcriber.Languages);
    }

    internal void Take(ParticipantSession session, ClientCaptions wish)
    {
        if (wish.Show is { } show) session.ShowsCaptions = show;
        if (wish.Language is { } language)
        {
            if (!_transcriber.Knows(language))
            {
                session.Send(new ErrorMessage(SignalingErrors.InvalidField, $"Speech in '{language}' is not recognised here.", wish.Type));
                return;
            }
            _languages[session.PeerId] = language;
        }
        Tell(session);
    }

    internal async Task ListenAsync(IMeetingMedia room)
    {
        try
        {
            if (_transcriber.Listen(this) is { } tap) await room.AttachTapAsync(tap, s_microphones);
        }
        catch (Exception error)
        {
            _meeting.Log.LogError(error, "Meeting {MeetingId} is not transcribed", MeetingId);
        }
    }

    internal void Stop() => _transcriber.ProblemChanged -= OnProblemChanged;

    private async Task KeepAsync(SpokenLine line, string name)
    {
        await _meeting.Services.Transcripts!.AppendAsync(new TranscriptRecord(
            MeetingId, line.SegmentId, line.PeerId, name, OffsetOf(line.StartedAt), OffsetOf(line.EndedAt), line.StartedAt, line.Text, line.Confidence, line.Language));
    }

    private void Show(SpokenLine line, string name)
    {
        var message = new TranscriptionMessage(
            name, line.PeerId, line.Text, line.StartedAt, OffsetOf(line.StartedAt), line.Confidence, line.Language, line.IsFinal, line.SegmentId);
        var utf8 = SignalingJson.Write(message);
        foreach (var session in _meeting.Roster.Sessions)
        {
            if (session.ShowsCaptions) session.Send(utf8);
        }
    }

    private void OnProblemChanged() => _ = TellAllAsync();

    private async Task TellAllAsync()
    {
        try
        {
            await _meeting.Mailbox.RunAsync(() =>
            {
                foreach (var session in _meeting.Roster.Sessions) Tell(session);
                return ValueTask.FromResult(true);
            });
        }
        catch (MeetingClosedException)
        {
        }
    }

    private void Tell(ParticipantSession session) => session.Send(new CaptionsMessage(InfoFor(session), _transcriber.Problem));

    private double OffsetOf(DateTimeOffset time) => Math.Round(Math.Max(0, (time - (_meeting.StartedAt ?? time)).TotalSeconds), 3);
}
