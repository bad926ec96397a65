using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Reads a meeting for what it settled: what was called decided, and proposals that somebody agreed to and nobody objected to.</summary>
internal sealed class DecisionFinder(Reading reading)
{
    private const int AnswersWithin = 3;
    private const int SameWithin = 5;

    private readonly List<Found> _found = [];

    private sealed class Found(string text, List<Sentence> evidence, bool isExplicit)
    {
        public string Text { get; set; } = text;
        public List<Sentence> Evidence { get; } = evidence;
        public bool IsExplicit { get; set; } = isExplicit;
        public int LastLine => Evidence.Max(sentence => sentence.Line);
    }

    public IReadOnlyList<DraftPoint> Find()
    {
        foreach (var sentence in reading.Sentences)
        {
            if (Phrases.Instruction().IsMatch(sentence.Lower) || Phrases.IsConditional(sentence.Lower)) continue;
            if (Explicit(sentence) is { } settled) Add(settled);
            else if (Agreed(sentence) is { } agreed) Add(agreed);
        }
        return [.. _found.Select(found => new DraftPoint(found.Text, [.. found.Evidence.OrderBy(sentence => sentence.Line).Select(reading.Quote)]))];
    }

    private Found? Explicit(Sentence sentence)
    {
        var match = Phrases.Decided().Match(sentence.Lower);
        if (!match.Success || Phrases.NotDecided().IsMatch(sentence.Lower) || Phrases.Reported().IsMatch(sentence.Lower[..match.Index])) return null;
        if (sentence.IsQuestion && Answer(sentence, out _) is null) return null;
        var rest = sentence.Lower[..match.Index] + " " + sentence.Lower[(match.Index + match.Length)..];
        if (Words.Content(rest).Count > 0) return new(Clean(sentence), [sentence], true);
        // "That's decided.": what, stands before.
        var before = reading.EarlierInLine(sentence).FirstOrDefault(other => other.ContentWords.Count > 0 && !other.IsQuestion) ??
            reading.Before(sentence.Line, AnswersWithin).SelectMany(line => reading.Of(line).Reverse()).FirstOrDefault(other => Phrases.Proposal().IsMatch(other.Lower));
        return before is null ? null : new(Clean(before), [before, sentence], true);
    }

    private Found? Agreed(Sentence sentence)
    {
        var match = Phrases.Proposal().Match(sentence.Lower);
        if (!match.Success || Phrases.Reported().IsMatch(sentence.Lower[..match.Index])) return null;
        var what = match.Groups["what"].Value;
        if (Phrases.EmptyProposal().IsMatch(what)) return null;
        var agreement = Answer(sentence, out var objected);
        if (objected) return null;
        if (Phrases.Pointing().IsMatch(what))
        {
            var meant = reading.Before(sentence.Line, 2).SelectMany(line => reading.Of(line).Reverse())
                .FirstOrDefault(other => other.Speaker != sentence.Speaker && Phrases.Proposal().IsMatch(other.Lower) && !Phrases.EmptyProposal().IsMatch(Phrases.Proposal().Match(other.Lower).Groups["what"].Value));
            return meant is null ? null : new(Clean(meant), [meant, sentence], false);
        }
        return agreement is null || Words.Content(what).Count == 0 ? null : new(Clean(sentence), [sentence, agreement], false);
    }

    /// <summary>The sentence that agrees, if nobody objects first.</summary>
    private Sentence? Answer(Sentence proposal, out bool objected)
    {
        objected = false;
        Sentence? agreement = null;
        foreach (var line in reading.After(proposal.Line, AnswersWithin))
        {
            var first = reading.Of(line).FirstOrDefault();
            if (first is null) continue;
            if (reading.SpeakerOf(line) == proposal.Speaker)
            {
                objected |= agreement is null && reading.Of(line).Any(sentence => Phrases.Withdrawal().IsMatch(sentence.Lower));
                continue;
            }
            var agrees = Phrases.Agreement().IsMatch(first.Lower);
            if (agreement is null && !agrees && reading.Of(line).Any(sentence => Phrases.Objection().IsMatch(sentence.Lower) || Phrases.Withdrawal().IsMatch(sentence.Lower))) objected = true;
            if (objected) return null;
            if (agrees) agreement ??= first;
        }
        return objected ? null : agreement;
    }

    private void Add(Found found)
    {
        var words = found.Evidence.SelectMany(sentence => sentence.ContentWords).ToHashSet();
        var same = _found.Find(other => found.Evidence[0].Line - other.LastLine <= SameWithin &&
            (other.Evidence.Exists(found.Evidence.Contains) || Words.Shared(other.Evidence.SelectMany(sentence => sentence.ContentWords), words) > 1 ||
                Words.Shared(Words.Content(Normalized.Of(other.Text)), Words.Content(Normalized.Of(found.Text))) > 0));
        if (same is null)
        {
            _found.Add(found);
            return;
        }
        if (found.IsExplicit && !same.IsExplicit) same.Text = found.Text;
        same.IsExplicit |= found.IsExplicit;
        same.Evidence.AddRange(found.Evidence.Except(same.Evidence));
    }

    private static string Clean(Sentence sentence) => sentence.Text.Length == 0 ? "" : char.ToUpperInvariant(sentence.Text[0]) + sentence.Text[1..];
}
