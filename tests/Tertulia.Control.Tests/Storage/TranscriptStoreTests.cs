using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class TranscriptStoreTests
{
    private const string Meeting = "mtg_000000000001";

    [Theory, OnSqlite, OnPostgres]
    public async Task Lines_come_back_in_the_order_in_which_they_began(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        var late = Line("s2", 5.25, "Ben", "Größe '; DROP TABLE meetings; --");
        var early = Line("s1", 1.5, "Ada", "<b>hello</b> 你好") with { Confidence = null, PeerId = null };
        Assert.True(await store.AppendAsync(late));
        Assert.True(await store.AppendAsync(early));
        Assert.False(await store.AppendAsync(late with { Text = "twice" }));
        await test.ReopenAsync();
        store = new TranscriptStore(test.Database, TimeProvider.System);

        Assert.Equal([early, late], await store.ListAsync(Meeting));
        Assert.Equal(2, (await store.StateAsync(Meeting)).Revision);
        Assert.Equal(0, (await store.StateAsync("mtg_00000000000f")).Revision);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_and_search_find_every_line_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        // Two lines each begin at the same moment.
        for (var i = 0; i < 9; i++) await store.AppendAsync(Line($"s{i}", i / 2, "Ada", i % 3 == 0 ? $"Der ÄRGER ist 100% {i}" : $"nothing {i}"));

        var texts = new List<string>();
        Cursor? after = null;
        do
        {
            var slice = await store.ListAsync(Meeting, after, 2, null);
            texts.AddRange(slice.Items.Select(line => line.SegmentId));
            after = slice.Next;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"s{i}"), texts);
        Assert.Equal(["s0", "s3", "s6"], (await store.ListAsync(Meeting, null, 10, "ärger DER")).Items.Select(line => line.SegmentId));
        Assert.Equal(3, (await store.ListAsync(Meeting, null, 10, "100%")).Items.Count);
        Assert.Empty((await store.ListAsync(Meeting, null, 10, "1_0")).Items);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_corrected_name_holds_for_all_lines_and_those_to_come(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        await store.AppendAsync(Line("s1", 1, "Guest 1", "one"));
        await store.AppendAsync(Line("s2", 2, "Ben", "two") with { PeerId = "peer2" });

        Assert.Equal(1, await store.RenameSpeakerAsync(Meeting, "Guest 1", "Ada"));
        await store.AppendAsync(Line("s3", 3, "Guest 1", "three"));
        Assert.True(await store.RenameLineAsync(Meeting, "s2", "Cleo"));
        Assert.False(await store.RenameLineAsync(Meeting, "s9", "Cleo"));
        Assert.Equal(0, await store.RenameSpeakerAsync(Meeting, "Nobody", "Ada"));

        Assert.Equal(
            [("Ada", "Guest 1", 2), ("Cleo", "Ben", 2), ("Ada", "Guest 1", 1)],
            (await store.ListAsync(Meeting)).Select(line => (line.Speaker, line.SpokenAs, (int)line.Revision)));
        Assert.Equal(2, await store.RenameSpeakerAsync(Meeting, "Ada", "Guest 1"));
        Assert.Null((await store.FindAsync(Meeting, "s1"))!.SpokenAs);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Importing_again_changes_only_what_differs_and_no_corrected_name(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = await WithMeetingAsync(test);
        TranscriptRecord[] lines = [Line("a", 1, "Speaker 1", "one"), Line("b", 2, "Speaker 2", "two")];

        Assert.Equal(new TranscriptImport(2, 0), await store.ImportAsync(Meeting, lines));
        var revision = (await store.StateAsync(Meeting)).Revision;
        Assert.Equal(new TranscriptImport(0, 0), await store.ImportAsync(Meeting, lines));
        Assert.Equal(revision, (await store.StateAsync(Meeting)).Revision);
        await store.RenameSpeakerAsync(Meeting, "Speaker 1", "Ada");
        Assert.Equal(new TranscriptImport(0, 1), await store.ImportAsync(Meeting, [lines[0], lines[1] with { Text = "too" }]));

        Assert.Equal([("Ada", "one"), ("Speaker 2", "too")], (await store.ListAsync(Meeting)).Select(line => (line.Speaker, line.Text)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_a_plan_no_longer_keeps_is_deleted_with_its_quotes(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var time = new ManualTime();
        await test.AddMeetingAsync(Meeting);
        var accounts = new AccountStore(test.Database);
        await accounts.InsertAsync(new AccountRecord("acc_2", "Pro", "pro", TestDatabase.Noon));
        await test.AddMeetingAsync("mtg_000000000002", accountId: "acc_2");
        var store = new TranscriptStore(test.Database, time);
        var summaries = new SummaryStore(test.Database);
        foreach (var meeting in (string[])[Meeting, "mtg_000000000002"])
        {
            await store.AppendAsync(Line("s1", 1, "Ada", "old") with { MeetingId = meeting });
            await summaries.InsertAsync(new("sum_" + meeting, meeting, 0, "generated", "rules", 1, TestDatabase.Noon, "{}", "quotes"));
        }
        var retention = new TranscriptRetention(store, accounts, new PlanCatalog([]), time);

        time.Advance(TimeSpan.FromDays(29));
        await store.AppendAsync(Line("s2", 2, "Ada", "new"));
        Assert.Equal(0, await retention.SweepAsync());
        time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await retention.SweepAsync());

        Assert.Equal(["new"], (await store.ListAsync(Meeting)).Select(line => line.Text));
        Assert.NotNull((await store.StateAsync(Meeting)).DeletedAt);
        Assert.Null((await summaries.FindAsync(Meeting))!.Evidence);
        Assert.Single(await store.ListAsync("mtg_000000000002"));
        Assert.Equal("quotes", (await summaries.FindAsync("mtg_000000000002"))!.Evidence);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Summaries_get_versions_and_no_two_the_same(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.AddMeetingAsync(Meeting);
        var store = new SummaryStore(test.Database);
        SummaryRecord Of(int i) => new($"sum_{i}", Meeting, 0, "generated", "rules", 3, TestDatabase.Noon, "{}", null);

        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.InsertAsync(Of(i))));

        Assert.Equal(Enumerable.Range(1, 8), versions.Select(summary => summary!.Version).Order());
        Assert.Equal(8, (await store.FindAsync(Meeting))!.Version);
        Assert.Null(await store.InsertAsync(Of(9), follows: 7));
        Assert.Equal(9, (await store.InsertAsync(Of(9), follows: 8))!.Version);
        Assert.Equal([3, 4], (await store.ListAsync(Meeting, new Cursor(2), 2)).Items.Select(summary => summary.Version));
        Assert.Equal(9, await store.DeleteAsync(Meeting));
    }

    private static async Task<TranscriptStore> WithMeetingAsync(TestDatabase test)
    {
        await test.AddMeetingAsync(Meeting);
        return new TranscriptStore(test.Database, TimeProvider.System);
    }

    private static TranscriptRecord Line(string id, double start, string speaker, string text) =>
        new(Meeting, id, "peer1", speaker, start, start + 1.125, TestDatabase.Noon.AddSeconds(start), text, 0.75, "en");
}
