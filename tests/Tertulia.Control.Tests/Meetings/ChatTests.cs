using Tertulia.Contracts.Signaling;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Meetings;

public sealed class ChatTests
{
    [Fact]
    public async Task What_is_said_reaches_everyone_the_sender_too_and_is_stored()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        fixture.Time.Advance(TimeSpan.FromSeconds(2.5));

        await ada.SendAsync(new { type = "chat", text = "<b>¡Hola!</b> 🎉" });

        foreach (var reader in new[] { ada, bob })
        {
            var chat = await reader.AwaitAsync("chat");
            Assert.Equal("Ada", chat.GetProperty("from").GetString());
            Assert.Equal(ada.PeerId, chat.GetProperty("peerId").GetString());
            Assert.Equal("<b>¡Hola!</b> 🎉", chat.GetProperty("text").GetString());
            Assert.Equal("2026-01-01T12:00:02.500Z", chat.GetProperty("timestamp").GetString());
            Assert.Equal(2.5, chat.GetProperty("offset").GetDouble());
            Assert.False(chat.TryGetProperty("to", out _));
        }
        Assert.Single(await fixture.Chat.ListAsync(MeetingFixture.MeetingId));
    }

    [Fact]
    public async Task It_is_stored_before_anybody_reads_it()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        for (var i = 0; i < 20; i++)
        {
            var sending = ada.SendAsync(new { type = "chat", text = $"{i}" });
            var id = (await ada.AwaitAsync("chat")).GetProperty("id").GetString();
            Assert.Contains(await fixture.Chat.ListAsync(MeetingFixture.MeetingId), message => message.Id == id);
            await sending;
        }
    }

    [Fact]
    public async Task Private_messages_are_seen_and_found_again_by_the_two_alone()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        var cleo = await fixture.EnterTransportAsync("Cleo");
        foreach (var person in new[] { ada, bob, cleo }) await person.DrainAsync();

        await ada.SendAsync(new { type = "chat", text = "a secret", to = bob.PeerId });
        await ada.SendAsync(new { type = "chat", text = "to all" });
        await ada.SendAsync(new { type = "chat", text = "a note", to = ada.PeerId });

        Assert.Equal(3, (await ada.DrainAsync()).Count);
        Assert.Equal(2, (await bob.DrainAsync()).Count);
        Assert.Single(await cleo.DrainAsync());
        foreach (var (person, texts) in new[] { (ada, new[] { "a secret", "to all", "a note" }), (bob, ["a secret", "to all"]), (cleo, ["to all"]) })
        {
            var again = await fixture.ConnectAsync(person.Claims, SignalingDialects.Transport);
            var history = await again.AwaitAsync("chat-history");
            Assert.Equal(texts, history.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetString()));
        }
    }

    [Fact]
    public async Task A_message_to_somebody_who_is_not_there_is_refused()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");

        await ada.SendAsync(new { type = "chat", text = "hello?", to = "nobody" });

        Assert.Equal(["error unknown-peer"], await ada.DrainAsync());
        Assert.Empty(await fixture.Chat.ListAsync(MeetingFixture.MeetingId));
    }

    [Fact]
    public async Task A_late_joiner_reads_what_was_said_in_order()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        foreach (var text in new[] { "one", "two", "three" }) await ada.SendAsync(new { type = "chat", text });

        var late = await fixture.JoinAsync("Late");

        await late.NextAsync("welcome");
        var messages = (await late.NextAsync("chat-history")).GetProperty("messages");
        Assert.Equal(["one", "two", "three"], messages.EnumerateArray().Select(message => message.GetProperty("text").GetString()));
        Assert.False(messages[0].TryGetProperty("type", out _));
    }

    [Fact]
    public async Task Who_was_not_granted_chat_cannot_write()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var mute = await fixture.ConnectAsync(fixture.ClaimsOf("Mute") with { Grants = ["subscribe"] }, SignalingDialects.Transport);
        await mute.DrainAsync();

        await mute.SendAsync(new { type = "chat", text = "psst" });

        Assert.Equal(["error not-allowed"], await mute.DrainAsync());
    }

    [Fact]
    public async Task A_history_that_grew_too_long_keeps_what_is_newest()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var text = new string('x', 4_000);
        for (var i = 0; i < 502; i++)
        {
            await fixture.Chat.AppendAsync(new ChatRecord(
                $"msg_{i}", MeetingFixture.MeetingId, "peer", "Ada", null, text, fixture.Time.GetUtcNow(), i));
        }

        var late = await fixture.JoinAsync("Late");

        var messages = (await late.AwaitAsync("chat-history")).GetProperty("messages");
        Assert.Equal(500, messages.GetArrayLength());
        Assert.Equal("msg_2", messages[0].GetProperty("id").GetString());
        Assert.Equal("msg_501", messages[499].GetProperty("id").GetString());
    }
}
