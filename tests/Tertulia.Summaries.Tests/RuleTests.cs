using Tertulia.Summaries.Rules;

namespace Tertulia.Summaries.Tests;

/// <summary>One rule a test, in the smallest meeting that shows it.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("Ben: I'll send the report to finance by Friday.", "Ben: Send the report to finance by Friday (2026-03-06)")]
    [InlineData("Ben: I will write the minutes. You should have them by tomorrow.", "Ben: Write the minutes (2026-03-03)")]
    [InlineData("Ben: ok so i'm going to paint the fence on saturday", "Ben: Paint the fence on saturday (2026-03-07)")]
    [InlineData("Ben: I'm sending the invoices tomorrow.", "Ben: Sending the invoices tomorrow (2026-03-03)")]
    [InlineData("Ben: Put me down for the second week.", "Ben: The second week")]
    [InlineData("Ben: You can leave the catering to me.", "Ben: The catering")]
    public void A_promise_is_a_task(string line, string expected) => Assert.Equal([expected], Actions("Ada: Hello.", line));

    [Theory]
    [InlineData("Ben: I'll be honest, it was boring.")]
    [InlineData("Ben: If the landlord agrees, I'll draft the contract.")]
    [InlineData("Ben: He said \"I'll send the report by Friday\".")]
    [InlineData("Ben: I told them that I'll send the report.")]
    [InlineData("Ben: I was going to write the report.")]
    [InlineData("Ben: I'd be happy to help with the report.")]
    [InlineData("Ben: I won't touch the report.")]
    [InlineData("Ben: Someone should write the report.")]
    [InlineData("Ben: Martin will send the report by Friday.")]
    [InlineData("Ben: I'll write the report. Hmm, no, scratch that.")]
    [InlineData("Ben: I sent the report yesterday.")]
    [InlineData("Ben: Should I write the report?")]
    public void What_only_sounds_like_one_is_none(string line) => Assert.Empty(Actions("Ada: Hello.", line, "Ada: I see."));

    [Fact]
    public void A_request_needs_an_answer()
    {
        Assert.Equal(["Ben: Send the report by Friday (2026-03-06)"], Actions("Ada: Ben, could you send the report by Friday?", "Cleo: Good idea.", "Ben: Sure, no problem."));
        Assert.Empty(Actions("Ada: Ben, could you send the report by Friday?", "Ben: Sorry, I'm away.", "Cleo: Pity."));
        Assert.Empty(Actions("Ada: Ben, could you send the report?", "Cleo: The weather is fine.", "Ada: Next point."));
        Assert.Equal(["Cleo: Send the report"], Actions("Ada: Ben, could you send the report?", "Ben: I can't.", "Ada: Cleo, can you send the report?", "Cleo: Yes."));
    }

    [Fact]
    public void Who_takes_it_over_has_it() => Assert.Equal(
        ["Cleo: Take the hospital instead"],
        Actions("Ben: I'll take the hospital.", "Cleo: Ben, you have the bank already. I'll take the hospital instead.", "Ada: Fine."));

    [Fact]
    public void Who_withdraws_it_has_it_no_more() => Assert.Empty(
        Actions("Ben: I'll book a visit to the river place.", "Ada: It has been sold.", "Ben: Oh, never mind then."));

    [Fact]
    public void What_was_done_already_is_no_task()
    {
        Assert.Empty(Actions("Ben: I'll write to the insurance on Monday.", "Ada: I've already sent it to them.", "Ben: Oh, good."));
        Assert.Single(Actions("Ben: I'll write to the insurance on Monday.", "Ada: I've already sent the invitations.", "Ben: Oh, good."));
    }

    [Fact]
    public void An_offer_counts_when_somebody_takes_it()
    {
        Assert.Equal(["Ben: Draw the floor plan"], Actions("Ben: I can draw the floor plan.", "Ada: Great, thank you!"));
        Assert.Empty(Actions("Ben: I can draw the floor plan.", "Ada: The agency does that."));
        Assert.Empty(Actions("Ben: I could draw the floor plan.", "Ada: Okay."));
        Assert.Equal(["Ben: Draw the floor plan"], Actions("Ben: I could draw the floor plan.", "Ada: Yes, please do."));
    }

    [Theory]
    [InlineData("Ada: Let's move the release to April.", "Ben: Agreed.", 1)]
    [InlineData("Ada: Let's move the release to April.", "Ben: Wait, I'm not convinced.", 0)]
    [InlineData("Ada: Let's move the release to April.", "Ben: The coffee is cold.", 0)]
    [InlineData("Ada: Let's get started with the list.", "Ben: Okay.", 0)]
    [InlineData("Ada: We have decided to move the release.", "Ben: Hm.", 1)]
    [InlineData("Ada: We have not decided on the release.", "Ben: Okay.", 0)]
    [InlineData("Ada: If it rains, let's move the release party.", "Ben: Okay.", 0)]
    public void A_decision_is_said_or_agreed_to(string first, string second, int expected) =>
        Assert.Equal(expected, RuleEngine.Summarize(MeetingOf.Lines(first, second)).Decisions.Count);

    [Fact]
    public void Other_languages_get_key_points_and_a_note()
    {
        var transcript = MeetingOf.Lines(
            "Ada: Der Versand der neuen Geräte verzögert sich wegen fehlender Akkus um drei Wochen.",
            "Ben: Die fehlenden Akkus kommen frühestens im April aus dem Lager in Rotterdam an.",
            "Ada: I'll schreibe allen Kunden, dass sich der Versand der Geräte verzögert.") with { Language = "de" };

        var draft = EvidenceVerifier.Verify(transcript, RuleEngine.Summarize(transcript));

        Assert.NotEmpty(draft.KeyPoints);
        Assert.Equal((0, 0, RuleEngine.OnlyKeyPoints), (draft.Decisions.Count, draft.Actions.Count, Assert.Single(draft.Notices)));
    }

    [Fact]
    public void The_same_meeting_gives_the_same_summary_every_time()
    {
        var transcript = SummaryQuality.MeetingCase.All()[0].Transcript;

        Assert.Equivalent(RuleEngine.Summarize(transcript), RuleEngine.Summarize(transcript), strict: true);
    }

    private static IEnumerable<string> Actions(params string[] lines) => RuleEngine.Summarize(MeetingOf.Lines(lines)).Actions.Select(MeetingOf.Show);
}
