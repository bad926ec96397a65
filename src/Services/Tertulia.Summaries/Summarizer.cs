using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Tertulia.Contracts.Rest;
using Tertulia.Storage;
using Tertulia.Summaries.Rules;

namespace Tertulia.Summaries;

/// <summary>
/// Makes, checks and keeps the summaries of meetings: by the configured engine, by rules where that one fails, and through the verifier in
/// any case. Whoever asks while one is being made gets that one.
/// </summary>
/// <param name="engine">Null: rules alone.</param>
/// <param name="made">Told of each summary that was made, before whoever asked for it gets it.</param>
/// <param name="failed">Told when the engine failed and the rules stepped in.</param>
public sealed class Summarizer(
    TranscriptStore transcripts,
    AttendanceStore attendance,
    SummaryStore summaries,
    TimeProvider time,
    ISummaryEngine? engine = null,
    Func<MeetingRecord, SummaryRecord, Task>? made = null,
    Action<string, Exception>? failed = null)
{
    public const string Generated = "generated";
    public const string Edited = "edited";

    /// <summary>The first words of the notice that the rules stepped in.</summary>
    public const string FellBack = "Made by the built-in rules, since the language model could not be used.";

    private const int MostAttendances = 10_000;

    private readonly ConcurrentDictionary<string, Lazy<Task<SummaryRecord?>>> _running = new();

    /// <summary>The newest version, made now if there is none of the transcript as it is. Null: there is nothing to summarise.</summary>
    public async Task<SummaryRecord?> SummarizeAsync(MeetingRecord meeting, bool regenerate, CancellationToken cancellation = default)
    {
        if (!regenerate && await FindCurrentAsync(meeting.Id, cancellation) is { } current) return current;
        // It goes on when this caller gives up: somebody else may wait for it, and it has its price.
        return await _running.GetOrAdd(meeting.Id, _ => new(() => MakeOnceAsync(meeting, regenerate))).Value.WaitAsync(cancellation);
    }

    /// <summary>Whether the transcript has changed since.</summary>
    public async Task<bool> IsOutdatedAsync(SummaryRecord summary, CancellationToken cancellation = default) =>
        (await transcripts.StateAsync(summary.MeetingId, cancellation)).Revision != summary.TranscriptRevision;

    public static SummaryContent ContentOf(SummaryRecord summary) => JsonSerializer.Deserialize(summary.Content, RestJson.Default.SummaryContent)!;

    public static SummaryEvidence? EvidenceOf(SummaryRecord summary) =>
        summary.Evidence is null ? null : JsonSerializer.Deserialize(summary.Evidence, RestJson.Default.SummaryEvidence);

    /// <summary>The day that the meeting's own words count from.</summary>
    public static DateOnly DateOf(MeetingRecord meeting, IReadOnlyList<TranscriptRecord> lines) =>
        DateOnly.FromDateTime((lines.Count > 0 ? lines[0].Timestamp : meeting.StartedAt ?? meeting.CreatedAt).UtcDateTime);

    /// <summary>A version with other content. Null if <paramref name="basis"/> is no longer the newest.</summary>
    public Task<SummaryRecord?> EditAsync(SummaryRecord basis, SummaryContent content, SummaryEvidence? evidence, CancellationToken cancellation = default) =>
        summaries.InsertAsync(Record(basis.MeetingId, Edited, basis.Engine, basis.TranscriptRevision, content, evidence), basis.Version, cancellation);

    /// <summary>An earlier version as the newest. Null if <paramref name="newest"/> no longer is that.</summary>
    public Task<SummaryRecord?> RestoreAsync(SummaryRecord newest, SummaryRecord earlier, CancellationToken cancellation = default) =>
        summaries.InsertAsync(
            Record(earlier.MeetingId, earlier.Origin, earlier.Engine, earlier.TranscriptRevision, ContentOf(earlier), EvidenceOf(earlier)), newest.Version, cancellation);

    private async Task<SummaryRecord?> FindCurrentAsync(string meetingId, CancellationToken cancellation)
    {
        var state = await transcripts.StateAsync(meetingId, cancellation);
        return await summaries.FindAsync(meetingId, null, cancellation) is { } newest && newest.TranscriptRevision == state.Revision ? newest : null;
    }

    private async Task<SummaryRecord?> MakeOnceAsync(MeetingRecord meeting, bool regenerate)
    {
        try
        {
            // Somebody may have been done just before this began.
            if (!regenerate && await FindCurrentAsync(meeting.Id, CancellationToken.None) is { } current) return current;
            var summary = await MakeAsync(meeting);
            if (summary is not null && made is not null) await made(meeting, summary);
            return summary;
        }
        finally
        {
            _running.TryRemove(meeting.Id, out _);
        }
    }

    private async Task<SummaryRecord?> MakeAsync(MeetingRecord meeting)
    {
        // The revision before the lines: what is said in between makes it outdated, never the reverse.
        var state = await transcripts.StateAsync(meeting.Id);
        var lines = await transcripts.ListAsync(meeting.Id);
        if (lines.Count == 0) return null;
        var people = (await attendance.ListAsync(meeting.Id, null, MostAttendances)).Items.Select(stay => stay.DisplayName);
        var transcript = Transcript(meeting, lines, people);
        var (draft, name) = await DraftAsync(meeting.Id, transcript);
        var (content, evidence) = Assemble(transcript, EvidenceVerifier.Verify(transcript, draft));
        return await summaries.InsertAsync(Record(meeting.Id, Generated, name, state.Revision, content, evidence));
    }

    private async Task<(SummaryDraft Draft, string Engine)> DraftAsync(string meetingId, MeetingTranscript transcript)
    {
        var rules = new RuleEngine();
        if (engine is null) return (await rules.SummarizeAsync(transcript), rules.Name);
        try
        {
            return (await engine.SummarizeAsync(transcript), engine.Name);
        }
        catch (SummaryEngineException e)
        {
            failed?.Invoke(meetingId, e);
            var draft = await rules.SummarizeAsync(transcript);
            return (draft with { Notices = [FellBack, .. draft.Notices] }, rules.Name);
        }
    }

    private static MeetingTranscript Transcript(MeetingRecord meeting, IReadOnlyList<TranscriptRecord> lines, IEnumerable<string> people) => new(
        [.. lines.Select(line => new SpokenLine(line.SegmentId, line.Speaker, line.Start, line.End, line.Text))],
        // Who was renamed in the transcript is there under the new name only.
        [.. lines.Select(line => line.Speaker).Concat(people.Except(lines.Select(line => line.SpokenAs).OfType<string>())).Distinct()],
        DateOf(meeting, lines),
        lines.GroupBy(line => line.Language).MaxBy(group => group.Count())!.Key);

    private static (SummaryContent, SummaryEvidence) Assemble(MeetingTranscript transcript, SummaryDraft draft)
    {
        var lines = transcript.Lines.GroupBy(line => line.SegmentId).ToDictionary(group => group.Key, group => group.First());
        EvidenceQuote Quote(Quote quote, string? due = null)
        {
            var line = lines[quote.SegmentId];
            return new(quote.SegmentId, quote.Text, line.Speaker, line.Start, line.End, due is not null && quote.Text.Contains(due, StringComparison.OrdinalIgnoreCase) ? due : null);
        }
        return (
            new([.. draft.KeyPoints.Select(point => point.Text)], [.. draft.Decisions.Select(decision => decision.Text)],
                [.. draft.Actions.Select(action => new ActionItem(action.Assignee, action.Task, action.DueDate))], draft.Notices),
            new([.. draft.KeyPoints.Select(point => (IReadOnlyList<EvidenceQuote>)[.. point.Evidence.Select(quote => Quote(quote))])],
                [.. draft.Decisions.Select(decision => (IReadOnlyList<EvidenceQuote>)[.. decision.Evidence.Select(quote => Quote(quote))])],
                [.. draft.Actions.Select(action => (IReadOnlyList<EvidenceQuote>)[.. action.Evidence.Select(quote => Quote(quote, action.DueText))])]));
    }

    private SummaryRecord Record(string meetingId, string origin, string name, long revision, SummaryContent content, SummaryEvidence? evidence) => new(
        "sum_" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 16), meetingId, 0, origin, name, revision,
        Timestamps.Truncate(time.GetUtcNow()), JsonSerializer.Serialize(content, RestJson.Default.SummaryContent),
        evidence is null ? null : JsonSerializer.Serialize(evidence, RestJson.Default.SummaryEvidence));
}
