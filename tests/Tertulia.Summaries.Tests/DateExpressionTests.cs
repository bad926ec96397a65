using System.Globalization;
using Tertulia.Summaries.Dates;
using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Tests;

public sealed class DateExpressionTests
{
    // Monday, 2 March 2026.
    [Theory]
    [InlineData("by Friday", "2026-03-06")]
    [InlineData("on Monday", "2026-03-09")]
    [InlineData("this Monday", "2026-03-02")]
    [InlineData("next Tuesday", "2026-03-10")]
    [InlineData("Tuesday next week", "2026-03-10")]
    [InlineData("today", "2026-03-02")]
    [InlineData("tonight", "2026-03-02")]
    [InlineData("tomorrow morning", "2026-03-03")]
    [InlineData("the day after tomorrow", "2026-03-04")]
    [InlineData("by the end of the month", "2026-03-31")]
    [InlineData("by the end of next month", "2026-04-30")]
    [InlineData("by the end of the week", "2026-03-06")]
    [InlineData("by the end of next week", "2026-03-13")]
    [InlineData("end of April", "2026-04-30")]
    [InlineData("end of the quarter", "2026-03-31")]
    [InlineData("end of the year", "2026-12-31")]
    [InlineData("the 3rd of March", "2026-03-03")]
    [InlineData("on March 20th, 2027", "2027-03-20")]
    [InlineData("march twenty-first", "2026-03-21")]
    [InlineData("on the fifteenth of may", "2026-05-15")]
    [InlineData("12 June", "2026-06-12")]
    [InlineData("Sept. 9", "2026-09-09")]
    [InlineData("on January 5th", "")]
    [InlineData("on October 5th", "2026-10-05")]
    [InlineData("by the 12th", "2026-03-12")]
    [InlineData("by the first", "2026-04-01")]
    [InlineData("by the third experiment", "")]
    [InlineData("in two weeks", "2026-03-16")]
    [InlineData("within the next 3 days", "2026-03-05")]
    [InlineData("in a month", "2026-04-02")]
    [InlineData("a week from Friday", "2026-03-13")]
    [InlineData("two weeks from today", "2026-03-16")]
    [InlineData("2026-05-04", "2026-05-04")]
    [InlineData("2026-02-30", "")]
    [InlineData("the thirty-first of april", "")]
    [InlineData("next week", "")]
    [InlineData("soon", "")]
    [InlineData("maybe in may", "")]
    [InlineData("it may march on", "")]
    [InlineData("the second quarter", "")]
    public void A_named_day_is_found_and_anything_else_is_none(string text, string expected)
    {
        var found = DateExpressions.Find(Normalized.Of(text), MeetingOf.Monday);

        Assert.Equal(expected, string.Join(' ', found.Select(date => date.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void What_passed_of_late_is_no_deadline_and_what_passed_long_ago_comes_again() => Assert.Equal(
        [new DateOnly(2027, 1, 10)],
        DateExpressions.Find("on november 5th and by january 10th", new DateOnly(2026, 12, 20)).Select(found => found.Date));
}
