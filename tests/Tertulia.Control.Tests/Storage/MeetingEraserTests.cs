using Tertulia.Contracts.Events;
using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Webhooks;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

/// <summary>Deletion and retention that leave nothing to be found, and usage that stays.</summary>
public sealed class MeetingEraserTests
{
    private const string Gone = "mtg_000000000001";
    private const string Kept = "mtg_000000000002";
    private const string Secret = "Zyxomma petiolatum";
    private static readonly DateTimeOffset s_noon = TestDatabase.Noon;

    [Theory, OnSqlite, OnPostgres]
    public async Task Nothing_that_was_said_or_told_is_left_and_usage_is(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        foreach (var meeting in (string[])[Gone, Kept]) await FillAsync(test, meeting);
        var attendance = new AttendanceStore(test.Database);
        var before = await attendance.SecondsAsync(TestDatabase.AccountId, s_noon, s_noon.AddDays(1), s_noon.AddHours(2));

        Assert.True(await new MeetingEraser(test.Database).EraseAsync(Gone, s_noon.AddHours(1)));
        Assert.False(await new MeetingEraser(test.Database).EraseAsync(Gone, s_noon.AddHours(1)));
        // What comes late is not kept either.
        await new EventStore(test.Database).AppendAsync(new ParticipantLeft(new EventMoment(Gone, s_noon, 0), "p", Secret, "host", "lost", 0));
        await new ChatStore(test.Database).AppendAsync(new ChatRecord("late", Gone, "p", Secret, null, Secret, s_noon, 0));
        Assert.Equal([Gone], await new MeetingEraser(test.Database).SweepAsync(s_noon, s_noon.AddHours(2)));

        Assert.Empty(await FindAsync(test, Gone));
        Assert.NotEmpty(await FindAsync(test, Kept));
        Assert.Null(await new MeetingStore(test.Database).FindAsync(Gone));
        Assert.Equal([Kept], (await new MeetingStore(test.Database).ListAsync(TestDatabase.AccountId, null, 10)).Items.Select(meeting => meeting.Id));
        Assert.Equal(before, await attendance.SecondsAsync(TestDatabase.AccountId, s_noon, s_noon.AddDays(1), s_noon.AddHours(2)));
        Assert.Equal([$"{Gone}/a.mp4"], (await new ObjectIndex(test.Database).DueAsync("main", s_noon.AddHours(1), 10)).Select(record => record.Key));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Recordings_are_kept_for_the_days_of_the_plan(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var index = new ObjectIndex(test.Database);
        await new AccountStore(test.Database).InsertAsync(new AccountRecord("acc_pro", "Pro", "pro", s_noon));
        await test.AddMeetingAsync(Gone);
        await test.AddMeetingAsync(Kept, accountId: "acc_pro");
        var time = new ManualTime();
        foreach (var (meeting, name, days) in ((string, string, int)[])[(Gone, "old", 8), (Gone, "new", 6), (Kept, "old", 8)])
        {
            await index.AnnounceAsync($"{meeting}/{name}", meeting, "video/mp4", name, "main", time.GetUtcNow().AddDays(-days));
            await index.MarkLocalAsync($"{meeting}/{name}", 1, "00", null);
        }
        // Made of late, of a recording that is old.
        var recordings = new RecordingStore(test.Database);
        await recordings.InsertAsync(
            new RecordingRecord("rec_1", Gone, TestDatabase.AccountId, "main", RecordingProgress.Recording, time.GetUtcNow().AddDays(-8), null, 0, true),
            new RenditionRecord("rnd_1", "rec_1", "grid", null, RecordingProgress.Waiting, null, $"{Gone}/again", 0, 0, time.GetUtcNow(), null));
        await recordings.MarkStoppedAsync("rec_1", time.GetUtcNow().AddDays(-8), 1, isWhole: true);
        await index.AnnounceAsync($"{Gone}/again", Gone, "video/mp4", "again", "main", time.GetUtcNow());
        var plans = new PlanCatalog([new Plan("free", RecordingDays: 7)]);
        var retention = new RecordingRetention(new RecordingExpiry(test.Database), new AccountStore(test.Database), plans, time);

        Assert.Equal(2, await retention.SweepAsync());
        Assert.Equal(0, await retention.SweepAsync());
        Assert.Null(await recordings.FindAsync("rec_1"));
        Assert.Equal([$"{Gone}/again", $"{Gone}/old"], (await index.DueAsync("main", time.GetUtcNow(), 10)).Select(record => record.Key).Order(StringComparer.Ordinal));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_recording_is_counted_once_with_the_event_that_it_is_ready(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.AddMeetingAsync(Gone);
        var events = new EventStore(test.Database);
        foreach (var (recording, seconds) in ((string, double)[])[("rec_1", 90.5), ("rec_1", 90.5), ("rec_2", 30)])
        {
            await events.AppendAsync(new RecordingReady(
                new EventMoment(Gone, s_noon, 0), recording, "https://example.org/", null, s_noon.AddDays(1), seconds, 1));
        }
        Assert.Equal(120_500, await new UsageStore(test.Database).ReadAsync(TestDatabase.AccountId, "2026-05", UsageStore.RecordedMilliseconds));
    }

    private static async Task FillAsync(TestDatabase test, string meeting)
    {
        var moment = new EventMoment(meeting, s_noon, 0);
        await new WebhookStore(test.Database).InsertAsync(
            new WebhookRecord($"whk_{meeting}", TestDatabase.AccountId, "https://example.org/", "", [], WebhookSecret.New(), WebhookStates.Enabled, s_noon), 10);
        await test.AddMeetingAsync(meeting);
        await test.Database.ExecuteAsync("UPDATE meetings SET title = @Secret WHERE id = @meeting", new { Secret, meeting });
        var attendance = new AttendanceStore(test.Database);
        await attendance.JoinedAsync(meeting, "p", Secret, "host", s_noon, happened: new ParticipantJoined(moment, "p", Secret, "host"));
        await attendance.LeftAsync(meeting, "p", s_noon.AddMinutes(10), "left");
        await new ChatStore(test.Database).AppendAsync(new ChatRecord($"msg_{meeting}", meeting, "p", Secret, null, Secret, s_noon, 0));
        var index = new ObjectIndex(test.Database);
        await index.AnnounceAsync($"{meeting}/a.mp4", meeting, "video/mp4", "a.mp4", "main", s_noon);
        await index.MarkLocalAsync($"{meeting}/a.mp4", 1, "00", null);
        foreach (var sql in (string[])
            [
                "INSERT INTO transcript_segments (meeting_id, segment_id, speaker, start_ms, end_ms, spoken_at, stored_at, text, search_text, language, revision) " +
                "VALUES (@meeting, 's', @Secret, 0, 1, 0, 0, @Secret, @Secret, 'en', 1)",
                "INSERT INTO transcripts (meeting_id, revision, changed_at) VALUES (@meeting, 1, 0)",
                "INSERT INTO transcript_speakers (meeting_id, peer_id, name) VALUES (@meeting, 'p', @Secret)",
                "INSERT INTO summaries (id, meeting_id, version, origin, engine, transcript_revision, created_at, content) VALUES (@meeting, @meeting, 1, 'o', 'e', 1, 0, @Secret)",
                "UPDATE webhook_deliveries SET state = 'delivered'",
            ]) await test.Database.ExecuteAsync(sql, new { meeting, Secret });
    }

    /// <summary>Tables with a row of that meeting that holds the secret in any of its columns.</summary>
    private static async Task<IReadOnlyList<string>> FindAsync(TestDatabase test, string meeting)
    {
        (string Table, string Condition)[] places =
        [
            ("meetings", $"id = '{meeting}' AND title LIKE '%Zyxomma%'"),
            ("attendance", $"meeting_id = '{meeting}' AND display_name LIKE '%Zyxomma%'"),
            ("chat_messages", $"meeting_id = '{meeting}'"),
            ("meeting_events", $"meeting_id = '{meeting}'"),
            ("webhook_deliveries", $"body LIKE '%{meeting}%'"),
            ("transcript_segments", $"meeting_id = '{meeting}'"),
            ("transcript_speakers", $"meeting_id = '{meeting}'"),
            ("summaries", $"meeting_id = '{meeting}'"),
        ];
        var found = new List<string>();
        foreach (var (table, condition) in places)
        {
            var rows = await test.Database.ReadAsync(session => session.QueryFirstAsync<long>($"SELECT COUNT(*) FROM {table} WHERE {condition}"));
            if (rows > 0) found.Add(table);
        }
        return found;
    }
}
