using System.Text.Json;
using Tertulia.Contracts;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class MeetingStoreTests
{
    private static readonly DateTimeOffset s_noon = TestDatabase.Noon;

    [Theory, OnSqlite, OnPostgres]
    public async Task A_meeting_reads_back_as_it_was_written(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new MeetingStore(test.Database);
        var settings = new MeetingSettings(12, MeetingTopology.Auto, MeetingAccess.Key, new RecordingSettings(true), new TranscriptionSettings(true, "pt-BR", true))
        {
            Other = new() { ["lobby"] = JsonSerializer.SerializeToElement(true) },
        };
        var written = new MeetingRecord("mtg_000000000001", TestDatabase.AccountId, "Fête 🎉 'quoted'", settings, 12, s_noon.AddMilliseconds(7));
        Assert.True(await store.InsertAsync(written));
        await test.ReopenAsync();

        var read = await new MeetingStore(test.Database).FindAsync(written.Id);

        Assert.NotNull(read);
        Assert.Equal(written with { Settings = read.Settings }, read);
        Assert.Equal(settings with { Other = read.Settings.Other }, read.Settings);
        Assert.True(read.Settings.Other!["lobby"].GetBoolean());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_id_is_taken_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var first = await test.AddMeetingAsync("mtg_000000000001");

        Assert.False(await new MeetingStore(test.Database).InsertAsync(first with { Title = "Other" }));
        Assert.Equal("Tertulia", (await new MeetingStore(test.Database).FindAsync(first.Id))!.Title);
        Assert.Null(await new MeetingStore(test.Database).FindAsync("mtg_000000000002"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task It_starts_once_and_ends_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new MeetingStore(test.Database);
        await test.AddMeetingAsync("mtg_000000000001");

        await store.MarkStartedAsync("mtg_000000000001", s_noon.AddSeconds(1));
        await store.MarkStartedAsync("mtg_000000000001", s_noon.AddSeconds(2));
        Assert.True(await store.MarkEndedAsync("mtg_000000000001", s_noon.AddSeconds(3), "ended"));
        Assert.False(await store.MarkEndedAsync("mtg_000000000001", s_noon.AddSeconds(4), "again"));

        var read = await store.FindAsync("mtg_000000000001");
        Assert.Equal((s_noon.AddSeconds(1), s_noon.AddSeconds(3), "ended"), (read!.StartedAt, read.EndedAt, read.EndReason));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_show_each_of_an_accounts_meetings_once_the_newest_first(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await new AccountStore(test.Database).InsertAsync(new AccountRecord("acc_2", "Bob's", "free", s_noon));
        await test.AddMeetingAsync("mtg_00000000000f", s_noon.AddHours(1), "acc_2");
        // Several in one millisecond: there the id decides.
        for (var i = 0; i < 7; i++) await test.AddMeetingAsync($"mtg_00000000000{i}", s_noon.AddMilliseconds(i / 3));

        var store = new MeetingStore(test.Database);
        var seen = new List<string>();
        Cursor? after = null;
        do
        {
            var slice = await store.ListAsync(TestDatabase.AccountId, after, 2);
            Assert.InRange(slice.Items.Count, 1, 2);
            seen.AddRange(slice.Items.Select(meeting => meeting.Id[^1..]));
            after = slice.Next is { } next && Cursor.TryParse(next.ToString(), out var parsed) ? parsed : null;
        }
        while (after is not null);

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], seen);
    }
}
