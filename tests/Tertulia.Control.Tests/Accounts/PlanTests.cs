using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Accounts;

public sealed class PlanTests
{
    [Theory]
    [InlineData("unlimited", null, 50)]
    [InlineData("unlimited", 200, 200)]
    [InlineData("free", null, 10)]
    [InlineData("free", 50, 10)]
    [InlineData("free", 4, 4)]
    [InlineData("pro", 80, 50)]
    [InlineData("taken out of the configuration", 80, 10)]
    public void Participants_are_what_was_asked_for_within_the_plan(string plan, int? requested, int effective) =>
        Assert.Equal(effective, new PlanCatalog([]).Find(plan).EffectiveParticipants(requested));

    [Fact]
    public void Configuration_changes_and_adds_plans()
    {
        var catalog = new PlanCatalog([new Plan("free", ApiCallsPerMonth: 5), new Plan("school", ParticipantsPerMeeting: 30)]);

        Assert.Equal(5, catalog.Find("free").ApiCallsPerMonth);
        Assert.Equal(30, catalog.Find("school").ParticipantsPerMeeting);
        Assert.Equal(50, catalog.Find("pro").ParticipantsPerMeeting);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Calls_are_let_through_up_to_the_limit_and_again_next_month(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var time = new ManualTime();
        var account = (await new AccountStore(test.Database).FindAsync(TestDatabase.AccountId))!;
        var meter = new UsageMeter(new UsageStore(test.Database), new MeetingStore(test.Database), new AttendanceStore(test.Database), new PlanCatalog([new Plan("free", 2)]), time);

        Assert.True((await meter.CountApiCallAsync(account)).Allowed);
        Assert.True((await meter.CountApiCallAsync(account)).Allowed);
        var refused = await meter.CountApiCallAsync(account);
        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero) - time.GetUtcNow(), refused.RetryAfter);

        time.Advance(refused.RetryAfter!.Value);
        Assert.True((await meter.CountApiCallAsync(account)).Allowed);
        await test.AddMeetingAsync("mtg_000000000001", time.GetUtcNow());
        await test.AddMeetingAsync("mtg_000000000002", time.GetUtcNow().AddTicks(-10_000));
        var usage = await meter.ReadAsync(account);
        Assert.Equal((1, 1), (usage.ApiCalls, usage.MeetingsCreated));
    }
}
