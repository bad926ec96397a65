using System.Net;
using Tertulia.Server.Auth;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Guessing_meeting_ids_is_stopped_even_where_a_guess_is_right()
    {
        await using var server = await TestServer.StartAsync("Tertulia:RateLimits:UnknownMeetingsPerMinute=2");
        var id = (await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        for (var i = 0; i < 2; i++)
        {
            await server.Anonymous.GetAsync("/api/meetings/mtg_0123456789ab/public").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        }
        await RefilledPartlyAsync();

        using var refused = await server.Anonymous.PostAsync($"/api/meetings/{id}/guest", null);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        await Task.FromResult(refused).ProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
        await server.Client.PostAsync($"/api/meetings/{id}/join", null).JsonAsync();
    }

    [Fact]
    public async Task Guessing_keys_is_stopped()
    {
        await using var server = await TestServer.StartAsync("Tertulia:RateLimits:FailedSigninsPerMinute=2");
        var link = (await server.Client.PostAsync("/api/signin-links", null).JsonAsync(HttpStatusCode.Created)).Text("url");
        using var wrong = server.ClientWith("wrong-key-0123456789");
        for (var i = 0; i < 2; i++) await wrong.GetAsync("/api/meetings").ProblemAsync(HttpStatusCode.Unauthorized, "key-invalid");
        await RefilledPartlyAsync();

        await wrong.GetAsync("/api/meetings").ProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
        // Neither would a right one be recognised.
        await server.Client.GetAsync("/api/meetings").ProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
        await server.Anonymous.GetAsync(new Uri(link)).ProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
    }

    [Fact]
    public async Task Public_calls_have_a_limit_per_address()
    {
        await using var server = await TestServer.StartAsync("Tertulia:RateLimits:PublicCallsPerMinute=2");
        var id = (await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        for (var i = 0; i < 2; i++) await server.Anonymous.GetAsync($"/api/meetings/{id}/public").JsonAsync();

        await server.Anonymous.GetAsync($"/api/meetings/{id}/public").ProblemAsync(HttpStatusCode.TooManyRequests, "rate-limited");
    }

    // Buckets fill up in fractions several times a second: less than one must not count as one.
    private static Task RefilledPartlyAsync()
    {
        var begin = DateTime.UtcNow;
        return Eventually.TrueAsync("a part of a permit", () => Task.FromResult(DateTime.UtcNow - begin > TimeSpan.FromMilliseconds(400)));
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void An_address_is_what_one_customer_has(string one, string other, bool same) =>
        Assert.Equal(same, AddressLimits.PartitionOf(IPAddress.Parse(one)).Equals(AddressLimits.PartitionOf(IPAddress.Parse(other))));
}
