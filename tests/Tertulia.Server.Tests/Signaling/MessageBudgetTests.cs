using Tertulia.Server.Signaling;

namespace Tertulia.Server.Tests.Signaling;

public sealed class MessageBudgetTests
{
    private readonly StillTime _time = new();

    [Fact]
    public void A_burst_of_200_and_then_50_a_second_pass()
    {
        var budget = new MessageBudget(_time);
        Assert.Equal(200, Passing(budget, 1_000));

        _time.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(100, Passing(budget, 1_000));

        _time.Now += TimeSpan.FromHours(1);
        Assert.Equal(200, Passing(budget, 1_000));
    }

    [Fact]
    public void Two_thousand_dropped_messages_are_the_end()
    {
        var budget = new MessageBudget(_time);
        Passing(budget, 200 + 1_999);
        Assert.False(budget.IsExhausted);
        Passing(budget, 1);
        Assert.True(budget.IsExhausted);
    }

    [Fact]
    public void Candidates_cost_a_tenth_and_what_only_looked_like_one_is_charged_afterwards()
    {
        var budget = new MessageBudget(_time);
        Assert.Equal(1_999, Enumerable.Range(0, 1_999).Count(_ => budget.TryTake(MessageBudget.CandidateCost)));

        budget = new MessageBudget(_time);
        var passed = 0;
        while (budget.TryTake(MessageBudget.CandidateCost))
        {
            budget.Charge(1 - MessageBudget.CandidateCost);
            passed++;
        }
        Assert.InRange(passed, 199, 201);
    }

    [Fact]
    public void A_client_is_told_once_a_second()
    {
        var budget = new MessageBudget(_time);
        Assert.True(budget.MayTell());
        Assert.False(budget.MayTell());
        _time.Now += TimeSpan.FromSeconds(0.9);
        Assert.False(budget.MayTell());
        _time.Now += TimeSpan.FromSeconds(0.1);
        Assert.True(budget.MayTell());
    }

    private static int Passing(MessageBudget budget, int messages) => Enumerable.Range(0, messages).Count(_ => budget.TryTake(1));

    private sealed class StillTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
