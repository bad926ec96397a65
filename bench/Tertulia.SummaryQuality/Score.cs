using Tertulia.Summaries;

namespace Tertulia.SummaryQuality;

/// <summary>How a summary compares with what was expected. Scores add up.</summary>
public sealed record Score
{
    public int ActionsFound { get; init; }
    public int ActionsRight { get; init; }
    public int ActionsExpected { get; init; }

    /// <summary>The right task with somebody else's name.</summary>
    public int WrongAssignees { get; init; }

    public int DuesExpected { get; init; }
    public int DuesRight { get; init; }

    /// <summary>A date on a right action that is not the one meant.</summary>
    public int WrongDues { get; init; }

    /// <summary>Assignees who were not there, or neither speak nor are named in the evidence; dates whose words are not in it.</summary>
    public int Invented { get; init; }

    public int DecisionsFound { get; init; }
    public int DecisionsRight { get; init; }
    public int DecisionsExpected { get; init; }
    public int Items { get; init; }
    public int ItemsWithTrueEvidence { get; init; }

    /// <summary>What was missed, wrong or too much, for people.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    public double Precision => ActionsFound == 0 ? 1 : (double)ActionsRight / ActionsFound;
    public double Recall => ActionsExpected == 0 ? 1 : (double)ActionsRight / ActionsExpected;
    public double DecisionPrecision => DecisionsFound == 0 ? 1 : (double)DecisionsRight / DecisionsFound;
    public double DecisionRecall => DecisionsExpected == 0 ? 1 : (double)DecisionsRight / DecisionsExpected;
    public double Evidence => Items == 0 ? 1 : (double)ItemsWithTrueEvidence / Items;

    public static Score Of(MeetingCase meeting, SummaryDraft draft)
    {
        var remarks = new List<string>();
        var open = meeting.Actions.ToList();
        var (right, wrongAssignees, duesRight, wrongDues) = (0, 0, 0, 0);
        foreach (var action in draft.Actions)
        {
            var fitting = open.Where(expected => expected.Fits(action.Task, action.Evidence)).ToList();
            if (fitting.Find(expected => expected.Assignee == action.Assignee) is not { } match)
            {
                if (fitting.Count > 0) wrongAssignees++;
                remarks.Add($"too much: {action.Assignee}: {action.Task}");
                continue;
            }
            open.Remove(match);
            right++;
            if (action.DueDate is not null && action.DueDate == match.Due) duesRight++;
            else if (action.DueDate is not null && action.DueDate != match.OptionalDue) wrongDues++;
            if (action.DueDate != match.Due && action.DueDate != match.OptionalDue) remarks.Add($"due {action.DueDate:yyyy-MM-dd} instead of {match.Due:yyyy-MM-dd}: {action.Task}");
        }
        remarks.AddRange(open.Select(expected => $"missed: {expected.Assignee}: {expected.Words[0]}"));

        var openDecisions = meeting.Decisions.ToList();
        var (decisionsRight, decisionsFound) = (0, 0);
        foreach (var decision in draft.Decisions)
        {
            if (openDecisions.Find(expected => expected.Fits(decision.Text, decision.Evidence)) is { } match)
            {
                openDecisions.Remove(match);
                decisionsRight++;
            }
            else if (meeting.OptionalDecisions.Any(optional => optional.Fits(decision.Text, decision.Evidence))) continue;
            else remarks.Add($"too much: decision: {decision.Text}");
            decisionsFound++;
        }
        remarks.AddRange(openDecisions.Select(expected => $"missed: decision: {expected.Words[0]}"));

        var quotes = draft.KeyPoints.Select(point => point.Evidence).Concat(draft.Decisions.Select(point => point.Evidence)).Concat(draft.Actions.Select(action => action.Evidence)).ToList();
        return new()
        {
            ActionsFound = draft.Actions.Count,
            ActionsRight = right,
            ActionsExpected = meeting.Actions.Count,
            WrongAssignees = wrongAssignees,
            DuesExpected = meeting.Actions.Count(expected => expected.Due is not null),
            DuesRight = duesRight,
            WrongDues = wrongDues,
            Invented = draft.Actions.Count(action => IsInvented(meeting.Transcript, action)),
            DecisionsFound = decisionsFound,
            DecisionsRight = decisionsRight,
            DecisionsExpected = meeting.Decisions.Count,
            Items = quotes.Count,
            ItemsWithTrueEvidence = quotes.Count(evidence => evidence.Count > 0 && evidence.All(quote => WasSaid(meeting.Transcript, quote))),
            Remarks = [.. remarks.Select(remark => $"{meeting.Name}: {remark}")],
        };
    }

    public static Score operator +(Score one, Score other) => new()
    {
        ActionsFound = one.ActionsFound + other.ActionsFound,
        ActionsRight = one.ActionsRight + other.ActionsRight,
        ActionsExpected = one.ActionsExpected + other.ActionsExpected,
        WrongAssignees = one.WrongAssignees + other.WrongAssignees,
        DuesExpected = one.DuesExpected + other.DuesExpected,
        DuesRight = one.DuesRight + other.DuesRight,
        WrongDues = one.WrongDues + other.WrongDues,
        Invented = one.Invented + other.Invented,
        DecisionsFound = one.DecisionsFound + other.DecisionsFound,
        DecisionsRight = one.DecisionsRight + other.DecisionsRight,
        DecisionsExpected = one.DecisionsExpected + other.DecisionsExpected,
        Items = one.Items + other.Items,
        ItemsWithTrueEvidence = one.ItemsWithTrueEvidence + other.ItemsWithTrueEvidence,
        Remarks = [.. one.Remarks, .. other.Remarks],
    };

    // Looked up anew, not by the verifier's own code.
    private static bool WasSaid(MeetingTranscript transcript, Quote quote) =>
        quote.Text.Length > 1 && transcript.Lines.Any(line => line.SegmentId == quote.SegmentId && line.Text.Contains(quote.Text, StringComparison.Ordinal));

    private static bool IsInvented(MeetingTranscript transcript, DraftAction action)
    {
        var lines = transcript.Lines.Where(line => action.Evidence.Any(quote => quote.SegmentId == line.SegmentId)).ToList();
        var who = action.Assignee is { } name && (!transcript.Participants.Contains(name) ||
            !lines.Exists(line => line.Speaker == name || name.Split(' ').Any(part => line.Text.Contains(part.Trim('(', ')'), StringComparison.OrdinalIgnoreCase))));
        var when = action.DueDate is not null && (action.DueText is null || !action.Evidence.Any(quote => quote.Text.Contains(action.DueText, StringComparison.OrdinalIgnoreCase)));
        return who || when;
    }
}
