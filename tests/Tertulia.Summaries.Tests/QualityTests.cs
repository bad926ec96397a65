using Tertulia.SummaryQuality;
using Tertulia.Summaries.Rules;

namespace Tertulia.Summaries.Tests;

/// <summary>The bars on the written meetings. What is asserted is what must hold; the figures are printed by bench/Tertulia.SummaryQuality.</summary>
public sealed class QualityTests
{
    private const double LeastPrecision = 0.7;
    private const double LeastRecall = 0.6;

    private static readonly IReadOnlyList<MeetingCase> s_meetings = MeetingCase.All();

    [Fact]
    public void The_set_is_large_and_a_third_of_it_adversarial()
    {
        Assert.True(s_meetings.Count >= 16);
        Assert.True(s_meetings.Count(meeting => meeting.Set == MeetingCase.HeldOut) >= 6);
        Assert.True(s_meetings.Count(meeting => meeting.Adversarial) * 3 >= s_meetings.Count);
    }

    [Theory]
    [InlineData(MeetingCase.Tuning)]
    [InlineData(MeetingCase.HeldOut)]
    public void The_rules_reach_the_bars(string set)
    {
        var score = Total(meeting => meeting.Set == set, transcript => EvidenceVerifier.Verify(transcript, RuleEngine.Summarize(transcript)));

        Assert.True(score.Precision >= LeastPrecision, $"precision {score.Precision:0.00}");
        Assert.True(score.Recall >= LeastRecall, $"recall {score.Recall:0.00}");
        Assert.Equal((1.0, 0, 0, 0), (score.Evidence, score.Invented, score.WrongAssignees, score.WrongDues));
        Assert.True(score.Items > 0);
    }

    [Theory]
    [InlineData(MeetingCase.Tuning)]
    [InlineData(MeetingCase.HeldOut)]
    public void Taking_every_promise_at_its_word_does_not(string set)
    {
        var score = Total(meeting => meeting.Set == set, Baseline.Summarize);

        Assert.True(score.Precision < LeastPrecision || score.Recall < LeastRecall, $"precision {score.Precision:0.00}, recall {score.Recall:0.00}");
    }

    [Fact]
    public void The_verifier_takes_nothing_from_what_is_proven()
    {
        foreach (var meeting in s_meetings)
        {
            var draft = RuleEngine.Summarize(meeting.Transcript);
            var verified = EvidenceVerifier.Verify(meeting.Transcript, draft);
            Assert.Equal(draft.Actions.Select(MeetingOf.Show), verified.Actions.Select(MeetingOf.Show));
            Assert.Equal(draft.KeyPoints.Select(point => point.Text), verified.KeyPoints.Select(point => point.Text));
            Assert.Equal(draft.Decisions.Select(point => point.Text), verified.Decisions.Select(point => point.Text));
        }
    }

    private static Score Total(Func<MeetingCase, bool> chosen, Func<MeetingTranscript, SummaryDraft> summarize) =>
        s_meetings.Where(chosen).Select(meeting => Score.Of(meeting, summarize(meeting.Transcript))).Aggregate((one, other) => one + other);
}
