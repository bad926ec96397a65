using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Something that somebody seems to have taken on.</summary>
internal sealed class ActionCandidate
{
    public required string? Assignee { get; init; }

    /// <summary>What is to be done, in the words that were said.</summary>
    public required string Task { get; set; }

    /// <summary>Where it was taken on; what comes after may take it back.</summary>
    public required Sentence Origin { get; init; }

    /// <summary>Every sentence that speaks for it, in order.</summary>
    public required List<Sentence> Evidence { get; init; }

    /// <summary>Where a due date may stand, the most telling first.</summary>
    public List<Sentence> DueSources { get; } = [];

    public IReadOnlyList<string> ContentWords => Words.Content(Normalized.Of(Task));

    public int LastLine => Evidence.Max(sentence => sentence.Line);
}
