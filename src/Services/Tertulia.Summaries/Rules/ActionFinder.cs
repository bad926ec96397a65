using System.Text.RegularExpressions;
using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Reads a meeting for what people took on: promises, requests that were accepted, offers that were welcomed.</summary>
internal sealed partial class ActionFinder(Reading reading)
{
    private const int RepliesWithin = 3;
    private const int OffersWithin = 2;

    private readonly List<ActionCandidate> _found = [];
    private readonly HashSet<Sentence> _used = [];

    public IReadOnlyList<ActionCandidate> Find()
    {
        foreach (var sentence in reading.Sentences)
        {
            if (_used.Contains(sentence)) continue;
            if (reading.RequestIn(sentence) is { } request && TryTakeRequest(request)) continue;
            foreach (var promise in reading.PromisesIn(sentence)) TakePromise(promise);
            TakeVolunteer(sentence);
            TakeOffer(sentence);
            TakeAssignment(sentence);
        }
        return Takebacks.Apply(_found, reading);
    }

    private bool TryTakeRequest(Request request)
    {
        var (accepted, by) = AnswerTo(request);
        if (accepted is null && !(request.IsOrder && by is null)) return false;
        var assignee = accepted?.Speaker ?? request.Addressee!;
        var evidence = new List<Sentence> { request.Sentence };
        var task = request.IsPointing ? TaskBefore(request.Sentence, evidence) ?? "" : request.Task;
        var action = new ActionCandidate { Assignee = assignee, Task = task, Origin = accepted ?? request.Sentence, Evidence = evidence };
        if (accepted is not null)
        {
            evidence.Add(accepted);
            if (reading.PromisesIn(accepted).Count == 0) _used.Add(accepted);
            var promises = reading.Of(accepted.Line).SelectMany(reading.PromisesIn).ToList();
            if (promises.Count > 0 && promises[0] is var promise && (promise.IsPointing || request.IsPointing || IsSame(promise.Task, request.Task)))
            {
                if (!evidence.Contains(promise.Sentence)) evidence.Add(promise.Sentence);
                _used.Add(promise.Sentence);
                if (!promise.IsPointing && (request.IsPointing || Weight(promise.Task) > Weight(task))) action.Task = promise.Task;
                action.DueSources.Add(promise.Sentence);
            }
            else action.DueSources.Add(accepted);
        }
        if (action.Task.Length == 0) return false;
        action.DueSources.Add(request.Sentence);
        _found.Add(action);
        return true;
    }

    // The sentence that accepts, or null; and who refused or let it pass.
    private (Sentence? Accepted, string? RefusedBy) AnswerTo(Request request)
    {
        foreach (var line in reading.After(request.Sentence.Line, RepliesWithin))
        {
            var speaker = reading.SpeakerOf(line);
            if (speaker == request.Sentence.Speaker) continue;
            var first = reading.Of(line).FirstOrDefault();
            if (first is null) continue;
            var promise = reading.Of(line).SelectMany(reading.PromisesIn).FirstOrDefault();
            if (request.Addressee is null || speaker == request.Addressee)
            {
                if (reading.Of(line).Take(2).Any(sentence => Phrases.Refusal().IsMatch(sentence.Lower)) && !Phrases.Acceptance().IsMatch(first.Lower)) return (null, speaker);
                if (Phrases.Acceptance().IsMatch(first.Lower)) return (first, null);
                if (promise.Sentence is not null && (promise.IsPointing || IsSame(promise.Task, request.Task))) return (promise.Sentence, null);
                if (request.Addressee is not null) return (null, request.IsOrder ? null : speaker);
            }
            else if (promise.Sentence is not null && promise.IsPointing) return (promise.Sentence, null);
        }
        return (null, request.IsOrder ? null : "");
    }

    private void TakePromise(Promise promise)
    {
        var evidence = new List<Sentence>();
        var task = promise.Task;
        if (promise.IsPointing)
        {
            if (TaskBefore(promise.Sentence, evidence) is not { } meant) return;
            task = meant;
        }
        evidence.Add(promise.Sentence);
        var action = new ActionCandidate { Assignee = promise.Sentence.Speaker, Task = task, Origin = promise.Sentence, Evidence = evidence };
        action.DueSources.Add(promise.Sentence);
        action.DueSources.AddRange(evidence.Where(sentence => sentence != promise.Sentence));
        _found.Add(action);
    }

    private void TakeVolunteer(Sentence sentence)
    {
        if (sentence.IsQuestion || Phrases.IsConditional(sentence.Lower) || Phrases.Volunteer().Match(sentence.Lower) is not { Success: true } match) return;
        var task = match.Groups["task"];
        if (Phrases.Reported().IsMatch(sentence.Lower[..match.Index]) || reading.PromisesIn(sentence).Count > 0) return;
        // "Leave the demo with me. I'll prepare …": the promise says it better.
        if (reading.LaterInLine(sentence).Any(other => reading.PromisesIn(other).Count > 0)) return;
        var evidence = new List<Sentence>();
        var text = task.Success ? TaskText.Of(sentence, task.Index, task.Index + task.Length) : TaskBefore(sentence, evidence);
        if (text is null) return;
        evidence.Add(sentence);
        var action = new ActionCandidate { Assignee = sentence.Speaker, Task = text, Origin = sentence, Evidence = evidence };
        action.DueSources.Add(sentence);
        _found.Add(action);
    }

    private void TakeOffer(Sentence sentence)
    {
        var question = Phrases.OfferAsQuestion().Match(sentence.Lower);
        var match = question.Success && sentence.IsQuestion ? question : Phrases.Offer().Match(sentence.Lower);
        if (!match.Success || (!question.Success && sentence.IsQuestion)) return;
        var group = match.Groups["task"];
        if (EmptyOffer().IsMatch(group.Value) || Phrases.IsConditional(sentence.Lower) || Phrases.Reported().IsMatch(sentence.Lower[..match.Index])) return;
        var later = reading.LaterInLine(sentence).ToList();
        if (later.Any(other => reading.PromisesIn(other).Count > 0 || Phrases.Inability().IsMatch(other.Lower) || Phrases.Withdrawal().IsMatch(other.Lower))) return;
        if (sentence.Lower.AsSpan(group.Index).Contains(" but ", StringComparison.Ordinal)) return;
        var vague = match.Value.StartsWith("i could", StringComparison.Ordinal) || match.Value.StartsWith("i m", StringComparison.Ordinal);
        foreach (var line in reading.After(sentence.Line, OffersWithin).Where(line => reading.SpeakerOf(line) != sentence.Speaker))
        {
            var answer = reading.Of(line).FirstOrDefault();
            if (answer is null || Phrases.Refusal().IsMatch(answer.Lower)) return;
            var welcome = vague ? Phrases.WarmWelcome().IsMatch(answer.Lower) : Phrases.Welcome().IsMatch(answer.Lower) || Phrases.WarmWelcome().IsMatch(answer.Lower);
            if (!welcome) continue;
            var action = new ActionCandidate
            {
                Assignee = sentence.Speaker, Task = TaskText.Of(sentence, group.Index, group.Index + group.Length), Origin = sentence, Evidence = [sentence, answer],
            };
            action.DueSources.Add(sentence);
            // "Yes, please." – "Okay, I'll call them tomorrow."
            foreach (var confirming in reading.After(line, 1).SelectMany(reading.Of).Where(other => other.Speaker == sentence.Speaker).Take(2))
            {
                if (reading.PromisesIn(confirming) is not [var promise, ..] || !(promise.IsPointing || IsSame(promise.Task, action.Task))) continue;
                action.Evidence.Add(confirming);
                action.DueSources.Insert(0, confirming);
                _used.Add(confirming);
            }
            _found.Add(action);
            return;
        }
    }

    // "So Rosa takes the hospital, and …" – "Yes."
    private void TakeAssignment(Sentence sentence)
    {
        if (sentence.IsQuestion || Phrases.IsConditional(sentence.Lower) || Phrases.Instruction().IsMatch(sentence.Lower)) return;
        foreach (Match match in Assignment().Matches(sentence.Lower))
        {
            if (reading.Roster.Find(match.Groups["name"].Value) is not { } name || name == sentence.Speaker || Phrases.Reported().IsMatch(sentence.Lower[..match.Index])) continue;
            var reply = reading.After(sentence.Line, RepliesWithin).FirstOrDefault(line => reading.SpeakerOf(line) == name, -1);
            if (reply < 0 || reading.Of(reply).FirstOrDefault() is not { } answer || !Phrases.Acceptance().IsMatch(answer.Lower)) continue;
            var task = match.Groups["task"];
            var end = sentence.Lower.IndexOf(',', task.Index) is var comma and > 0 ? comma : sentence.Lower.Length;
            var action = new ActionCandidate
            {
                Assignee = name, Task = TaskText.Of(sentence, task.Index, end), Origin = answer, Evidence = [sentence, answer],
            };
            action.DueSources.AddRange([sentence, answer]);
            _found.Add(action);
        }
    }

    /// <summary>What "that" means: an offer or a need named just before by the same speaker, else what somebody asked or wished for.</summary>
    private string? TaskBefore(Sentence sentence, List<Sentence> evidence)
    {
        var same = new[] { sentence }.Concat(reading.EarlierInLine(sentence));
        foreach (var other in same)
        {
            var match = Phrases.Offer().Match(other.Lower) is { Success: true } offer ? offer : Phrases.Need().Match(other.Lower);
            if (!match.Success || Phrases.IsConditional(other.Lower)) continue;
            var task = match.Groups["task"];
            var cut = Phrases.Commitment().Match(other.Lower, task.Index) is { Success: true } next ? next.Index : other.Lower.Length;
            if (other != sentence) evidence.Add(other);
            return TaskText.Of(other, task.Index, cut);
        }
        foreach (var other in reading.Before(sentence.Line, RepliesWithin).SelectMany(line => reading.Of(line).Reverse()))
        {
            if (reading.RequestIn(other) is { IsPointing: false } request)
            {
                evidence.Add(other);
                return request.Task;
            }
            if (Phrases.OpenTask().IsMatch(other.Lower) && OpenWish().Match(other.Lower) is { Success: true } wish)
            {
                evidence.Add(other);
                return TaskText.Of(other, wish.Groups["task"].Index, other.Lower.Length);
            }
        }
        return null;
    }

    private static int Weight(string task) => Words.Content(Normalized.Of(task)).Count;

    private static bool IsSame(string one, string other) => Words.Shared(Words.Content(Normalized.Of(one)), Words.Content(Normalized.Of(other))) > 0;

    [GeneratedRegex(@"^(?:see|hear|imagine|understand|tell|say|not|n't|only|hardly|barely|remember|think|live|believe|find out|be|never|honestly|always|still|already|recall|even|agree|relate|do too|use)\b")]
    private static partial Regex EmptyOffer();

    [GeneratedRegex(@"\b(?<name>[\p{L}-]+)(?:'s on| is on| takes| handles| does| writes| sends| prepares| organises| organizes| brings| calls| will| is going to| looks after) (?<task>(?!be\b|have\b|want\b|know\b|see\b)\S.*)")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\b(?:should|could|will|has to|have to|needs to|need to|ought to|is going to|must|wants to)\s+(?:also |please )?(?<task>[a-z]+ .+)|\bwho(?:'s| is) (?<task>[a-z]+ing\b .+)")]
    private static partial Regex OpenWish();
}
