namespace Tertulia.Summaries.Dates;

/// <summary>A day that somebody named, at a place of the text.</summary>
/// <param name="Before">The word before it: "by", "on", "since" …; empty at the beginning.</param>
internal readonly record struct DateExpression(int Index, int Length, DateOnly Date, string Before)
{
    public int End => Index + Length;

    /// <summary>"by", "until", "before": the day is a deadline.</summary>
    public bool IsDeadline => Before is "by" or "until" or "till" or "before" or "to";

    /// <summary>The day is when something else is, or was.</summary>
    public bool IsOther => Before is "for" or "from" or "since" or "last" or "of" or "every" or "after" or "than" or "between" or "past" or "previous";
}
