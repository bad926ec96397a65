using System.Net;
using System.Text.Json;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed class MeetingsTests
{
    [Fact]
    public async Task A_meeting_is_kept_as_it_was_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.Client.PostAsync("/api/meetings", TestServer.Json("""
            {"title":"Planning","settings":{"topology":"auto","access":"key","lobby":{"enabled":true},"maxParticipants":7},"unknown":[1,2]}
            """)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("settings.lobby", created.GetProperty("warnings").EnumerateArray().Single().Text("field"));

        await server.RestartAsync();
        var read = await server.Client.GetAsync($"/api/meetings/{created.Text("meetingId")}").JsonAsync();

        Assert.Equal(("Planning", "open"), (read.Text("title"), read.Text("state")));
        Assert.Equal((7, 0), (read.GetProperty("maxParticipants").GetInt32(), read.GetProperty("participantCount").GetInt32()));
        var settings = read.GetProperty("settings");
        Assert.Equal(("auto", "key"), (settings.Text("topology"), settings.Text("access")));
        Assert.True(settings.GetProperty("lobby").GetProperty("enabled").GetBoolean());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", read.Text("createdAt"));
        Assert.False(read.Has("endedAt"));
    }

    [Fact]
    public async Task Lists_are_paged_the_newest_first()
    {
        await using var server = await TestServer.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId"));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await server.Client.GetAsync($"/api/meetings?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}").JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("meetingId")));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(5, seen.Count);
        Assert.Equal(ids.Order(), seen.Order());
    }

    [Fact]
    public async Task The_plan_limits_participants()
    {
        await using var server = await TestServer.StartAsync();
        using var free = await server.AddAccountAsync("acc_free", "free");

        var created = await free.PostAsync("/api/meetings", TestServer.Json("""{"settings":{"maxParticipants":50}}""")).JsonAsync(HttpStatusCode.Created);
        var read = await free.GetAsync($"/api/meetings/{created.Text("meetingId")}").JsonAsync();

        Assert.Equal("plan-limit", created.GetProperty("warnings")[0].Text("code"));
        Assert.Equal(10, read.GetProperty("maxParticipants").GetInt32());
        Assert.Equal(50, read.GetProperty("settings").GetProperty("maxParticipants").GetInt32());
        var unlimited = await server.Client.PostAsync("/api/meetings", TestServer.Json("""{"settings":{"maxParticipants":200}}""")).JsonAsync(HttpStatusCode.Created);
        Assert.False(unlimited.Has("warnings"));
    }

    [Fact]
    public async Task The_plan_limits_calls_but_not_the_view_of_what_was_used()
    {
        await using var server = await TestServer.StartAsync("Tertulia:Plans:tiny:ApiCallsPerMonth=2");
        using var tiny = await server.AddAccountAsync("acc_tiny", "tiny");
        await tiny.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);
        await tiny.GetAsync("/api/meetings").JsonAsync();

        using var refused = await tiny.GetAsync("/api/meetings");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(31));
        await Task.FromResult(refused).ProblemAsync(HttpStatusCode.TooManyRequests, "plan-limit-reached");

        var usage = await tiny.GetAsync("/api/usage").JsonAsync();
        Assert.Equal(("tiny", 2, 2, 1), (usage.Text("plan"), usage.GetProperty("apiCalls").GetInt32(), usage.GetProperty("apiCallLimit").GetInt32(), usage.GetProperty("meetingsCreated").GetInt32()));
        Assert.False((await server.Client.GetAsync("/api/usage").JsonAsync()).Has("apiCallLimit"));
    }

    [Fact]
    public async Task The_servers_own_account_can_be_put_on_a_plan()
    {
        await using var server = await TestServer.StartAsync("Tertulia:DefaultPlan=free");

        var usage = await server.Client.GetAsync("/api/usage").JsonAsync();

        Assert.Equal(("free", 100, 10), (usage.Text("plan"), usage.GetProperty("apiCallLimit").GetInt32(), usage.GetProperty("participantLimit").GetInt32()));
    }

    [Fact]
    public async Task Guests_come_in_by_the_link_alone_unless_the_meeting_says_no()
    {
        await using var server = await TestServer.StartAsync();
        var open = (await server.Client.PostAsync("/api/meetings", TestServer.Json("""{"title":"Open house"}""")).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        var closed = (await server.Client.PostAsync("/api/meetings", TestServer.Json("""{"settings":{"access":"key"}}""")).JsonAsync(HttpStatusCode.Created)).Text("meetingId");

        var guest = await server.Anonymous.PostAsync($"/api/meetings/{open}/guest", TestServer.Json("""{"displayName":"Bob","role":"host"}""")).JsonAsync();
        Assert.Equal(("guest", "Bob"), (guest.Text("role"), guest.Text("displayName")));
        await server.Anonymous.PostAsync($"/api/meetings/{closed}/guest", null).ProblemAsync(HttpStatusCode.Forbidden, "key-required");

        var page = await server.Anonymous.GetAsync($"/api/meetings/{open}/public").JsonAsync();
        Assert.Equal(
            """{"meetingId":"ID","title":"Open house","state":"open","access":"link","participantCount":0,"maxParticipants":50}""".Replace("ID", open, StringComparison.Ordinal),
            page.GetRawText());
        Assert.Equal("key", (await server.Anonymous.GetAsync($"/api/meetings/{closed}/public").JsonAsync()).Text("access"));
    }
}
