using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class AttendanceStoreTests
{
    private const string Meeting = "mtg_000000000001";
    private static readonly DateTimeOffset s_noon = TestDatabase.Noon;

    [Theory, OnSqlite, OnPostgres]
    public async Task A_stay_has_a_beginning_and_an_end(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        await store.JoinedAsync(Meeting, "p1", "Ada", "host", s_noon);
        await store.JoinedAsync(Meeting, "p1", "Ada", "host", s_noon.AddSeconds(1));
        await store.JoinedAsync(Meeting, "p2", "Bob", "guest", s_noon.AddSeconds(2));
        await store.LeftAsync(Meeting, "p1", s_noon.AddSeconds(3), "left");
        await store.LeftAsync(Meeting, "p1", s_noon.AddSeconds(9), "lost");
        await store.JoinedAsync(Meeting, "p1", "Ada", "host", s_noon.AddSeconds(4));

        var stays = (await store.ListAsync(Meeting, null, 10)).Items;

        Assert.Equal(
            [
                new AttendanceRecord(Meeting, "p1", "Ada", "host", s_noon, s_noon.AddSeconds(3), "left"),
                new AttendanceRecord(Meeting, "p2", "Bob", "guest", s_noon.AddSeconds(2), null, null),
                new AttendanceRecord(Meeting, "p1", "Ada", "host", s_noon.AddSeconds(4), null, null),
            ],
            stays);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_relayed_counts_for_the_last_stay_and_for_the_account(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        await store.JoinedAsync(Meeting, "p1", "Ada", "host", s_noon);
        await store.AddRelayedAsync(Meeting, "p1", 5);
        await store.LeftAsync(Meeting, "p1", s_noon.AddSeconds(3), "left");
        await store.JoinedAsync(Meeting, "p1", "Ada", "host", s_noon.AddSeconds(4));
        await store.AddRelayedAsync(Meeting, "p1", 70);
        await store.AddRelayedAsync(Meeting, "p1", 700);
        await store.AddRelayedAsync(Meeting, "nobody", 9);

        var meeting = await new MeetingStore(test.Database).FindAsync(Meeting);
        Assert.Equal([5, 770], (await store.ListAsync(Meeting, null, 10)).Items.Select(stay => stay.RelayedBytes));
        Assert.Equal(775, await store.RelayedBytesAsync(meeting!.AccountId, s_noon, s_noon.AddDays(1)));
        Assert.Equal(0, await store.RelayedBytesAsync(meeting.AccountId, s_noon.AddDays(1), s_noon.AddDays(2)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task After_a_crash_open_stays_end_at_the_last_heartbeat(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        await store.JoinedAsync(Meeting, "p1", "Ada", "host", s_noon);
        await store.BeatAsync("main", s_noon.AddSeconds(10));
        await store.BeatAsync("main", s_noon.AddSeconds(20));
        await store.JoinedAsync(Meeting, "p2", "Bob", "guest", s_noon.AddSeconds(25));
        await test.ReopenAsync();
        store = new AttendanceStore(test.Database);

        Assert.Equal(2, await store.CloseOpenAsync("main", "lost"));

        var stays = (await store.ListAsync(Meeting, null, 10)).Items;
        // Who came after the last heartbeat was there for no measured time, but never for a negative one.
        Assert.Equal([s_noon.AddSeconds(20), s_noon.AddSeconds(25)], stays.Select(stay => stay.LeftAt!.Value));
        Assert.All(stays, stay => Assert.Equal("lost", stay.Reason));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Minutes_are_counted_within_the_period_only(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        await store.JoinedAsync(Meeting, "before", "A", "guest", s_noon.AddSeconds(-100));
        await store.LeftAsync(Meeting, "before", s_noon.AddSeconds(-50), "left");
        await store.JoinedAsync(Meeting, "across", "B", "guest", s_noon.AddSeconds(-30));
        await store.LeftAsync(Meeting, "across", s_noon.AddSeconds(20), "left");
        await store.JoinedAsync(Meeting, "inside", "C", "guest", s_noon.AddSeconds(10));
        await store.LeftAsync(Meeting, "inside", s_noon.AddSeconds(15.5), "left");
        await store.JoinedAsync(Meeting, "still", "D", "guest", s_noon.AddSeconds(50));

        var seconds = await store.SecondsAsync(TestDatabase.AccountId, s_noon, s_noon.AddSeconds(100), now: s_noon.AddSeconds(57));

        Assert.Equal(20 + 5.5 + 7, seconds, 6);
        Assert.Equal(0, await store.SecondsAsync("acc_2", s_noon, s_noon.AddSeconds(100), s_noon.AddSeconds(57)));
    }

    private static async Task<AttendanceStore> WithMeetingAsync(TestDatabase test)
    {
        await test.AddMeetingAsync(Meeting);
        return new AttendanceStore(test.Database);
    }
}
