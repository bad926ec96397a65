using System.Text.RegularExpressions;
using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Somebody asks somebody to do something.</summary>
/// <param name="Addressee">Whom, if that is plain.</param>
/// <param name="IsOrder">With "please" and a name: holds unless it is refused.</param>
internal readonly record struct Request(Sentence Sentence, string? Addressee, string Task, bool IsPointing, bool IsOrder);

internal static partial class Requests
{
    public static Request? In(Sentence sentence, Roster roster)
    {
        var lower = sentence.Lower;
        if (Phrases.Instruction().IsMatch(lower) || Phrases.IsConditional(lower)) return null;
        return AsQuestion(sentence, roster) ?? AsWish(sentence, roster) ?? AsOrder(sentence, roster);
    }

    private static Request? AsQuestion(Sentence sentence, Roster roster)
    {
        var lower = sentence.Lower;
        var match = Phrases.RequestAsQuestion().Match(lower);
        if (!match.Success || (!sentence.IsQuestion && lower.AsSpan().TrimEnd().EndsWith("."))) return null;
        if (Phrases.Reported().IsMatch(lower[..match.Index])) return null;
        var asked = match.Groups["name"] is { Success: true } name ? roster.NamedIn(name.Value).FirstOrDefault() : null;
        if (match.Groups["name"].Success && asked is null) return null;
        return Make(sentence, roster, match, match.Groups["task"], asked, isOrder: false);
    }

    private static Request? AsWish(Sentence sentence, Roster roster) =>
        Phrases.RequestByWish().Match(sentence.Lower) is { Success: true } match ? Make(sentence, roster, match, match.Groups["task"], null, isOrder: false) : null;

    private static Request? AsOrder(Sentence sentence, Roster roster)
    {
        var lower = sentence.Lower;
        if (Phrases.RequestByPlease().Match(lower) is { Success: true } leading) return Make(sentence, roster, leading, leading.Groups["task"], null, isOrder: true);
        // "Ben, send it today, please."
        return TrailingPlease().Match(lower) is { Success: true } trailing && roster.Find(trailing.Groups["name"].Value) is { } name
            ? Make(sentence, roster, trailing, trailing.Groups["task"], name, isOrder: true)
            : null;
    }

    private static Request? Make(Sentence sentence, Roster roster, Match match, Group task, string? asked, bool isOrder)
    {
        var lower = sentence.Lower;
        var said = lower[task.Index..(task.Index + task.Length)];
        if (Phrases.EmptyRequest().IsMatch(said) || Phrases.Reported().IsMatch(lower[..match.Index]) || Done().IsMatch(said)) return null;
        asked ??= roster.NamedIn(lower[..match.Index]).LastOrDefault() ?? Vocative(lower, roster);
        if (asked == sentence.Speaker) asked = null;
        asked ??= roster.Other(sentence.Speaker);
        var pointing = Phrases.Anaphora().Match(said);
        return new(sentence, asked, TaskText.Of(sentence, task.Index, task.Index + task.Length), pointing.Success, isOrder && asked is not null);
    }

    // "…, Stan?" and "…, Madame Moreau?"
    private static string? Vocative(string lower, Roster roster) =>
        lower.LastIndexOf(',') is var comma and > 0 && Words.All(lower[comma..]) is { Count: 1 or 2 or 3 } words
            ? words.Select(roster.Find).OfType<string>().FirstOrDefault()
            : null;

    // "Please do." is an answer.
    [GeneratedRegex(@"^do(?: (?:that|it|so))?\b\W*$")]
    private static partial Regex Done();

    [GeneratedRegex(@"^(?:\w+[.!?,]? ){0,3}?(?<name>[\p{L}'-]+), (?<task>[\p{L}'-]+ .+?),? please\W*$")]
    private static partial Regex TrailingPlease();
}
