using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Control.Accounts;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

/// <summary>The public tutorial's calls, exactly as its client makes them.</summary>
public sealed partial class SeedTests
{
    [Fact]
    public async Task Creating_and_joining_answer_in_the_tutorials_shape()
    {
        await using var server = await TestServer.StartAsync();

        var created = await server.Client.PostAsync("/api/meetings", TestServer.Json("""
            {"title":"Zoom Clone Meeting","settings":{"maxParticipants":50,"topology":"sfu","recording":{"autoStart":false},
             "transcription":{"enabled":true,"language":"en","showCaptions":true}}}
            """)).JsonAsync(HttpStatusCode.Created);

        var id = created.Text("meetingId");
        Assert.Matches("^mtg_[0-9a-f]{12}$", id);
        Assert.Equal($"{server.Url}join/{id}", created.Text("joinUrl"));
        var servers = created.GetProperty("iceServers").EnumerateArray().ToList();
        Assert.Matches(@"^stun:127\.0\.0\.1:[1-9]\d+$", servers[0].Text("urls"));
        Assert.False(servers[0].Has("username"));
        Assert.Matches(@"^turn:127\.0\.0\.1:[1-9]\d+\?transport=udp$", servers[1].Text("urls"));
        Assert.Equal($"turn:127.0.0.1:{server.Url.Port}?transport=tcp", servers[2].Text("urls"));
        Assert.All(servers.Skip(1), turn => Assert.Matches($@"^\d{{10}}:{id}/{created.Text("peerId")}$", turn.Text("username")));
        Assert.All(servers.Skip(1), turn => Assert.Equal(28, turn.Text("credential").Length));
        AssertToken(server, created, id, "host");

        // Only where no speech recognition is installed.
        if (created.Has("warnings")) Assert.Equal("settings.transcription", created.GetProperty("warnings").EnumerateArray().Single().Text("field"));

        // No body, no content type: only the key.
        var joined = await server.Client.PostAsync($"/api/meetings/{id}/join", null).JsonAsync();

        Assert.Equal((id, created.Text("joinUrl")), (joined.Text("meetingId"), joined.Text("joinUrl")));
        AssertToken(server, joined, id, "participant");
        Assert.NotEqual(created.Text("peerId")[..6], joined.Text("peerId")[..6]);
        Assert.False(joined.Has("warnings"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Without_a_body_its_announced_type_does_not_matter(string type)
    {
        await using var server = await TestServer.StartAsync();
        using var empty = new ByteArrayContent([]);
        empty.Headers.ContentType = new(type);

        await server.Client.PostAsync("/api/meetings", empty).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Invented_names_differ_and_given_ones_are_kept()
    {
        await using var server = await TestServer.StartAsync();
        var id = (await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");

        var first = await server.Client.PostAsync($"/api/meetings/{id}/join", null).JsonAsync();
        var second = await server.Client.PostAsync($"/api/meetings/{id}/join", TestServer.Json("{}")).JsonAsync();
        var named = await server.Client.PostAsync($"/api/meetings/{id}/join", TestServer.Json("""{"displayName":" Ada 🎉 ","role":"host"}""")).JsonAsync();

        Assert.Equal(["Guest 1", "Guest 2", "Ada 🎉"], new[] { first, second, named }.Select(ticket => ticket.Text("displayName")));
        Assert.Equal("host", named.Text("role"));
    }

    [Fact]
    public async Task The_public_address_is_used_where_clients_will_go()
    {
        await using var server = await TestServer.StartAsync("Tertulia:PublicUrl=https://meet.example.org");

        var created = await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);

        Assert.StartsWith("https://meet.example.org/join/mtg_", created.Text("joinUrl"), StringComparison.Ordinal);
        Assert.StartsWith("stun:meet.example.org:", created.GetProperty("iceServers")[0].Text("urls"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forwarded_headers_count_only_from_known_proxies()
    {
        await using var trusting = await TestServer.StartAsync("Tertulia:ForwardedHeaders:KnownProxies=127.0.0.0/8, ::1");
        await using var strict = await TestServer.StartAsync();
        foreach (var (server, expected) in new[] { (trusting, "https://front.example.org/join/"), (strict, $"{strict.Url}join/") })
        {
            server.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            server.Client.DefaultRequestHeaders.Add("X-Forwarded-Host", "front.example.org");
            server.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
            var created = await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);
            Assert.StartsWith(expected, created.Text("joinUrl"), StringComparison.Ordinal);
        }
    }

    private static void AssertToken(TestServer server, System.Text.Json.JsonElement ticket, string meetingId, string role)
    {
        Assert.Matches(ThreeParts(), ticket.Text("token"));
        var (claims, error) = server.Services.GetRequiredService<MeetingTokens>().Verify(ticket.Text("token"));
        Assert.Equal(MeetingTokenError.None, error);
        Assert.Equal((meetingId, role, ticket.Text("peerId")), (claims!.MeetingId, claims.Role, claims.PeerId));
        Assert.Matches("^[a-z0-9]{16}$", claims.PeerId);
        Assert.InRange(claims.ExpiresAt - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [GeneratedRegex(@"^[\w-]+\.[\w-]+\.[\w-]+$")]
    private static partial Regex ThreeParts();
}
