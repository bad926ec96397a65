using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Server.Broadcasts;
using Tertulia.Server.Tests.Signaling;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

/// <summary>Starting, watching and stopping broadcasts over HTTP; what is to be seen in them is proven elsewhere.</summary>
public sealed class BroadcastsTests
{
    [Fact]
    public async Task Who_has_the_address_watches_from_before_the_start_to_after_the_end()
    {
        await using var server = await TestServer.StartAsync("Tertulia:Broadcast:MostAtOnce=1");
        var id = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, id, "Ada", role: "host");
        await using var bob = await SignalingSocket.JoinAsync(server, id, "Bob");
        var waiting = await server.Client.GetAsync($"/api/meetings/{id}/broadcast").JsonAsync();
        Assert.Equal("waiting", waiting.Text("state"));
        var address = $"/broadcasts/{waiting.Text("broadcastId")}";
        Assert.EndsWith($"/live/{waiting.Text("broadcastId")}", waiting.Text("watchUrl"), StringComparison.Ordinal);
        Assert.Equal("waiting", (await server.Anonymous.GetAsync(address).JsonAsync()).Text("state"));
        await server.Anonymous.GetAsync($"{address}/live.m3u8").ProblemAsync(HttpStatusCode.NotFound, "broadcast-unknown");

        await bob.SendAsync(new { type = "broadcast", action = "start" });
        Assert.Equal("not-allowed", await bob.ErrorAsync());
        await ada.SendAsync(new { type = "broadcast", action = "start" });
        var told = await bob.AwaitAsync("broadcast");
        Assert.Equal(("live", "Ada", waiting.Text("watchUrl")), (told.Text("state"), told.Text("by"), told.Text("watchUrl")));
        await using var cyd = await SignalingSocket.JoinAsync(server, id, "Cyd");
        Assert.Equal("live", (await cyd.AwaitAsync("broadcast")).Text("state"));
        var again = await server.Client.PostAsync($"/api/meetings/{id}/broadcast/start", null).JsonAsync();
        Assert.Equal(("live", told.Text("startedAt")), (again.Text("state"), again.Text("startedAt")));
        var other = await SignalingSocket.CreateMeetingAsync(server);
        await server.Client.PostAsync($"/api/meetings/{other}/broadcast/start", null).ProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");

        await Eventually.TrueAsync("there is something to play", async () => (await server.Anonymous.GetAsync(address).JsonAsync()).Has("playlistUrl"), TimeSpan.FromSeconds(30));
        var playlist = await server.Anonymous.GetStringAsync($"{address}/live.m3u8?_HLS_msn=0&_HLS_part=1");
        Assert.Contains("s0.1.m4s", playlist, StringComparison.Ordinal);
        using var beyond = await server.Anonymous.GetAsync($"{address}/live.m3u8?_HLS_msn=99");
        Assert.Equal(HttpStatusCode.BadRequest, beyond.StatusCode);
        using var unsaid = await server.Anonymous.GetAsync($"{address}/live.m3u8?_HLS_part=1");
        Assert.Equal(HttpStatusCode.BadRequest, unsaid.StatusCode);
        var name = playlist.Split('"').First(text => text.EndsWith(".m4s", StringComparison.Ordinal));
        using var part = await server.Anonymous.GetAsync($"{address}/{name}");
        Assert.Equal("video/mp4", part.Content.Headers.ContentType!.MediaType);
        Assert.True(part.Headers.CacheControl!.Public);
        await server.Anonymous.GetAsync($"{address}/{name.Replace("s0", "s7", StringComparison.Ordinal)}").ProblemAsync(HttpStatusCode.NotFound, "object-unknown");
        Assert.Equal(1, (await server.Client.GetAsync($"/api/meetings/{id}/broadcast").JsonAsync()).GetProperty("viewers").GetInt32());

        await server.Client.PostAsync($"/api/meetings/{id}/end", null).JsonAsync();
        await Eventually.TrueAsync("it is over", async () => (await server.Anonymous.GetStringAsync($"{address}/live.m3u8")).EndsWith("#EXT-X-ENDLIST\n", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Equal("ended", (await server.Anonymous.GetAsync(address).JsonAsync()).Text("state"));
        await server.Client.PostAsync($"/api/meetings/{id}/broadcast/start", null).ProblemAsync(HttpStatusCode.Gone, "meeting-ended");
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(server.Folder, "broadcasts")));
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        await using var server = await TestServer.StartAsync("Tertulia:DefaultPlan=free");
        var id = await SignalingSocket.CreateMeetingAsync(server);
        await server.Client.PostAsync($"/api/meetings/{id}/broadcast/start", null).ProblemAsync(HttpStatusCode.PaymentRequired, "plan-limit-reached");
        await server.Client.PostAsJsonAsync($"/api/meetings/{id}/broadcast/start", new { layout = "audio" }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
        await server.Client.PostAsync("/api/meetings/mtg_0123456789ab/broadcast/start", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        Assert.Equal("waiting", (await server.Client.PostAsync($"/api/meetings/{id}/broadcast/stop", null).JsonAsync()).Text("state"));
    }

    [Fact]
    public async Task Addresses_cannot_be_invented_and_do_not_tell_the_meeting()
    {
        await using var server = await TestServer.StartAsync("Tertulia:RateLimits:UnknownMeetingsPerMinute=5");
        var ids = server.Services.GetRequiredService<BroadcastIds>();
        var address = ids.Of("mtg_0123456789ab");
        Assert.Equal("mtg_0123456789ab", ids.MeetingOf(address));
        Assert.NotEqual(address, ids.Of("mtg_0123456789ac"));
        foreach (var forged in (string[])["", "brd_", "brd_AAAAAAAAAAAAAAAAAAAAAA", address[..^1], address + "A", "mtg_0123456789ab", "brd_!!!!!!!!!!!!!!!!!!!!!!", Flip(address)])
            Assert.Null(ids.MeetingOf(forged));
        await server.RestartAsync();
        Assert.Equal(address, server.Services.GetRequiredService<BroadcastIds>().Of("mtg_0123456789ab"));
        for (var i = 0; i < 5; i++) await server.Anonymous.GetAsync("/broadcasts/brd_AAAAAAAAAAAAAAAAAAAAAA").ProblemAsync(HttpStatusCode.NotFound, "broadcast-unknown");
        await server.Anonymous.GetAsync("/broadcasts/brd_AAAAAAAAAAAAAAAAAAAAAA").ProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");

        static string Flip(string text) => text[..10] + (text[10] == 'x' ? 'y' : 'x') + text[11..];
    }
}
