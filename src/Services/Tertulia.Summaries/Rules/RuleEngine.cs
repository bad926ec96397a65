namespace Tertulia.Summaries.Rules;

/// <summary>
/// Makes summaries by rules alone: no model, no network, the same result every time. Commitments, decisions and dates are told in English;
/// of other languages it picks the telling sentences and says that this is all.
/// </summary>
public sealed class RuleEngine : ISummaryEngine
{
    public const string OnlyKeyPoints = "Only key points: the built-in rules find decisions and action items in English meetings.";
    private const int LinesPerPoint = 7;
    private const int FewestPoints = 3;
    private const int MostPoints = 8;

    public string Name => "rules";

    public Task<SummaryDraft> SummarizeAsync(MeetingTranscript transcript, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Summarize(transcript));
    }

    public static SummaryDraft Summarize(MeetingTranscript transcript)
    {
        var reading = new Reading(transcript);
        var count = Math.Clamp(transcript.Lines.Count / LinesPerPoint, FewestPoints, MostPoints);
        var points = Salience.Pick(reading.Sentences, count)
            .Select(sentence => new DraftPoint(sentence.Text, [reading.Quote(sentence)])).ToList();
        if (!transcript.IsEnglish) return new(points, [], [], [OnlyKeyPoints]);
        var actions = new ActionFinder(reading).Find().Select(action =>
        {
            var (date, text) = DueDates.Of(action, reading);
            return new DraftAction(action.Assignee, action.Task, date, text, [.. action.Evidence.Distinct().OrderBy(sentence => sentence.Line).Select(reading.Quote)]);
        });
        return new(points, new DecisionFinder(reading).Find(), [.. actions], []);
    }
}
