using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tertulia.Summaries.Dates;

/// <summary>
/// Finds the days that English speakers name, and resolves them against the day of the meeting. "Friday" is the next one after that day, "next
/// Friday" the one of the following calendar week; "next week" alone is no day, so it gives none. A date without a year is the next
/// such day; one that has just passed gives none.
/// </summary>
internal static partial class DateExpressions
{
    private const int JustPassedDays = 120;

    private static readonly SearchValues<char> s_wordLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz'");

    private static readonly string[] s_months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    private static readonly string[] s_weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private static readonly string[] s_ordinals =
    [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth",
        "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty first", "twenty second", "twenty third", "twenty fourth",
        "twenty fifth", "twenty sixth", "twenty seventh", "twenty eighth", "twenty ninth", "thirtieth", "thirty first",
    ];

    private static readonly string[] s_numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <param name="lower">Normalised text.</param>
    /// <param name="today">The day of the meeting.</param>
    public static List<DateExpression> Find(string lower, DateOnly today)
    {
        var found = new List<DateExpression>();
        foreach (Match match in Pattern().Matches(lower))
        {
            var before = WordBefore(lower, match.Index);
            if (match.Groups["dom"].Success && !StandsAsDay(lower, match, before)) continue;
            if (Resolve(match, today) is { } date) found.Add(new(match.Index, match.Length, date, before));
        }
        return found;
    }

    private static DateOnly? Resolve(Match match, DateOnly today)
    {
        string? Group(string name) => match.Groups[name] is { Success: true } group ? group.Value : null;

        if (Group("iso") is { } iso) return DateOnly.TryParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact : null;
        if (match.Groups["aftertomorrow"].Success) return today.AddDays(2);
        if (match.Groups["today"].Success || match.Groups["eod"].Success) return today;
        if (match.Groups["tomorrow"].Success) return today.AddDays(1);
        if (Group("endof") is { } end) return EndOf(end, match.Groups["endnext"].Success, today);
        if (Group("unit") is { } unit) return Add(today, Number(match.Groups["count"].Value), unit);
        if (Group("from") is { } from) return Add(from switch { "today" or "now" => today, "tomorrow" => today.AddDays(1), _ => Next(today, from) }, Number(match.Groups["fromcount"].Value), "week");
        if (Group("month") is { } month) return InMonth(Day(match.Groups["day"].Value), MonthOf(month), Group("year"), today);
        if (Group("weekday") is { } weekday)
        {
            return match.Groups["weekday2"].Success || Group("which") == "next" ? OfNextWeek(today, weekday) : Group("which") == "this" && Is(today, weekday) ? today : Next(today, weekday);
        }
        return Group("dom") is { } dom ? NextDayOfMonth(Day(dom), today) : null;
    }

    private static DateOnly? EndOf(string unit, bool next, DateOnly today)
    {
        switch (unit)
        {
            case "day":
                return today;
            case "week":
                // The working week ends on Friday.
                var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
                var friday = monday.AddDays(next ? 11 : 4);
                return friday < today ? null : friday;
            case "month":
                return LastDay(today.AddMonths(next ? 1 : 0));
            case "quarter":
                var within = today.AddMonths(next ? 3 : 0);
                return LastDay(new DateOnly(within.Year, (within.Month - 1) / 3 * 3 + 3, 1));
            case "year":
                return new DateOnly(today.Year + (next ? 1 : 0), 12, 31);
            default:
                var month = MonthOf(unit);
                var last = LastDay(new DateOnly(today.Year, month, 1));
                if (last >= today) return last;
                return today.DayNumber - last.DayNumber < JustPassedDays ? null : LastDay(new DateOnly(today.Year + 1, month, 1));
        }
    }

    private static DateOnly? InMonth(int day, int month, string? year, DateOnly today)
    {
        if (year is not null) return Exact(int.Parse(year, CultureInfo.InvariantCulture), month, day);
        if (Exact(today.Year, month, day) is { } date && date >= today) return date;
        // Not long ago: what has passed is no deadline, and hardly one of next year.
        if (Exact(today.Year, month, day) is { } past && today.DayNumber - past.DayNumber < JustPassedDays) return null;
        return Exact(today.Year + 1, month, day);
    }

    private static DateOnly? NextDayOfMonth(int day, DateOnly today)
    {
        var month = new DateOnly(today.Year, today.Month, 1);
        for (var i = 0; i < 3; i++)
        {
            if (Exact(month.AddMonths(i).Year, month.AddMonths(i).Month, day) is { } date && date >= today) return date;
        }
        return null;
    }

    private static DateOnly? Add(DateOnly day, int count, string unit) => count <= 0 ? null : unit switch
    {
        "day" => day.AddDays(count),
        "week" => day.AddDays(7 * count),
        "fortnight" => day.AddDays(14 * count),
        "month" => day.AddMonths(count),
        _ => null,
    };

    private static DateOnly Next(DateOnly today, string weekday) => today.AddDays((Array.IndexOf(s_weekdays, weekday) - (int)today.DayOfWeek + 6) % 7 + 1);

    private static DateOnly OfNextWeek(DateOnly today, string weekday) =>
        today.AddDays(7 - ((int)today.DayOfWeek + 6) % 7 + (Array.IndexOf(s_weekdays, weekday) + 6) % 7);

    private static bool Is(DateOnly day, string weekday) => Array.IndexOf(s_weekdays, weekday) == (int)day.DayOfWeek;

    private static DateOnly? Exact(int year, int month, int day) =>
        month > 0 && year is > 0 and < 9999 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

    private static DateOnly LastDay(DateOnly month) => new(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month));

    private static int MonthOf(string name) => Array.FindIndex(s_months, month => month.StartsWith(name.TrimEnd('.'), StringComparison.Ordinal)) + 1;

    private static int Day(string text)
    {
        var digits = text.TrimEnd('s', 't', 'n', 'd', 'r', 'h');
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        return Array.IndexOf(s_ordinals, text.Replace('-', ' ')) + 1;
    }

    private static int Number(string text) =>
        text is "a" or "an" or "the" ? 1 : text is "a couple of" ? 2 :
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, 1000) : Array.IndexOf(s_numbers, text);

    // "on the third" is a day, "the third experiment" is none.
    private static bool StandsAsDay(string lower, Match match, string before)
    {
        if (before is not ("by" or "on" or "until" or "till" or "before" or "for" or "from" or "since" or "after")) return false;
        var rest = lower.AsSpan(match.Index + match.Length).TrimStart();
        if (rest.Length == 0 || !char.IsLetter(rest[0])) return true;
        var word = rest[..(rest.IndexOfAnyExcept(s_wordLetters) is var end and >= 0 ? end : rest.Length)];
        return word is "and" or "or" or "at" or "then" or "so" or "if" or "please" or "i" or "i'll" or "we" or "but" or "in" or "to" or "with" or "because";
    }

    private static string WordBefore(string lower, int index)
    {
        var end = index;
        while (end > 0 && lower[end - 1] == ' ') end--;
        var begin = end;
        while (begin > 0 && (char.IsLetter(lower[begin - 1]) || lower[begin - 1] == '\'')) begin--;
        var word = lower[begin..end];
        // "by the end of May", "on the first": the article is not what counts, nor is "latest" of "by … latest".
        return word is "the" or "this" or "coming" or "about" or "around" or "very" ? WordBefore(lower, begin) : word;
    }

    private const string Weekdays = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
    private const string Months = "january|february|march|april|may|june|july|august|september|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\b\\.?";
    private const string Ordinals =
        "\\d{1,2}(?:st|nd|rd|th)|(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|" +
        "tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth";
    private const string Counts = "an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\d{1,3}|a couple of";

    [GeneratedRegex(
        @"\b(?:" +
        @"(?<iso>\d{4}-\d{2}-\d{2})" +
        @"|(?<aftertomorrow>(?:the )?day after tomorrow)" +
        @"|(?<eod>eod|end of business|close of business)" +
        @"|(?:the )?end of (?:the |this |(?<endnext>next ))?(?<endof>day|week|month|quarter|year|january|february|march|april|may|june|july|august|september|october|november|december)" +
        @"|(?<today>today|tonight|this (?:morning|afternoon|evening))" +
        @"|(?<tomorrow>tomorrow(?: (?:morning|afternoon|evening|night))?)" +
        @"|(?:in|within)(?: the next)? (?<count>" + Counts + @") (?<unit>day|week|month|fortnight)s?(?! ago)" +
        @"|(?<fromcount>" + Counts + @") weeks? from (?<from>today|now|tomorrow|" + Weekdays + @")" +
        @"|(?:the )?(?<day>" + Ordinals + @"|\d{1,2}) (?:of )?(?<month>" + Months + @")(?:,? (?<year>20\d\d))?" +
        @"|(?<month>" + Months + @") (?:the )?(?<day>" + Ordinals + @"|\d{1,2})(?!\d)(?:,? (?<year>20\d\d))?" +
        @"|(?:(?<which>next|this|coming) )?(?<weekday>" + Weekdays + @")(?<weekday2> next week)?(?: (?:morning|afternoon|evening|night))?" +
        @"|the (?<dom>" + Ordinals + @")" +
        @")\b")]
    private static partial Regex Pattern();
}
