using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class ChatStoreTests
{
    private const string Meeting = "mtg_000000000001";

    [Theory, OnSqlite, OnPostgres]
    public async Task Messages_come_back_in_order_and_unchanged(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.AddMeetingAsync(Meeting);
        await test.AddMeetingAsync("mtg_000000000002");
        var store = new ChatStore(test.Database);
        var first = Message("m1", "<b>not html</b> 你好 '; DROP TABLE meetings; --");
        var second = Message("m2", "to one", to: "peer2") with { Offset = 12.345678 };
        await store.AppendAsync(first);
        await store.AppendAsync(second);
        await store.AppendAsync(Message("m3", "elsewhere") with { MeetingId = "mtg_000000000002" });
        await test.ReopenAsync();

        Assert.Equal([first, second], await new ChatStore(test.Database).ListAsync(Meeting));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task The_same_message_twice_is_one(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.AddMeetingAsync(Meeting);
        var store = new ChatStore(test.Database);
        await store.AppendAsync(Message("m1", "once"));
        await store.AppendAsync(Message("m1", "twice"));

        Assert.Equal("once", Assert.Single(await store.ListAsync(Meeting)).Text);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Public_pages_leave_private_messages_out(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.AddMeetingAsync(Meeting);
        var store = new ChatStore(test.Database);
        for (var i = 0; i < 6; i++) await store.AppendAsync(Message($"m{i}", $"{i}", to: i % 2 == 0 ? null : "peer2"));

        var first = await store.ListAsync(Meeting, null, 2, publicOnly: true);
        var rest = await store.ListAsync(Meeting, first.Next, 2, publicOnly: true);

        Assert.Equal(["0", "2"], first.Items.Select(message => message.Text));
        Assert.Equal(["4"], rest.Items.Select(message => message.Text));
        Assert.Null(rest.Next);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Many_writers_at_once_lose_nothing(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await test.AddMeetingAsync(Meeting);
        var store = new ChatStore(test.Database);

        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => store.AppendAsync(Message($"m{i}", $"{i}"))));

        var texts = (await store.ListAsync(Meeting)).Select(message => int.Parse(message.Text));
        Assert.Equal(Enumerable.Range(0, 300), texts.Order());
    }

    private static ChatRecord Message(string id, string text, string? to = null) =>
        new(id, Meeting, "peer1", "Ada", to, text, TestDatabase.Noon, 1.5);
}
