using System.Net;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed class SessionTests
{
    [Fact]
    public async Task A_link_signs_in_once()
    {
        await using var server = await TestServer.StartAsync();
        var link = new Uri((await server.Client.PostAsync("/api/signin-links", null).JsonAsync(HttpStatusCode.Created)).Text("url"));

        using var response = await server.Anonymous.GetAsync(link);

        Assert.Equal((HttpStatusCode.Redirect, "/"), (response.StatusCode, response.Headers.Location!.OriginalString));
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestServer.Key, cookie, StringComparison.Ordinal);

        using var again = await server.Anonymous.GetAsync(link);
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (again.StatusCode, again.Content.Headers.ContentType!.MediaType));
        Assert.False(again.Headers.Contains("Set-Cookie"));
        using var guess = await server.Anonymous.GetAsync("/signin?code=<script>");
        Assert.Equal(HttpStatusCode.Unauthorized, guess.StatusCode);
    }

    [Fact]
    public async Task A_session_starts_meetings_from_our_own_pages_only()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await SignInAsync(server);

        Assert.True((await SendAsync(server, HttpMethod.Get, "/api/session", cookie).JsonAsync()).GetProperty("signedIn").GetBoolean());
        await SendAsync(server, HttpMethod.Post, "/api/meetings", cookie, ("Origin", server.Url.GetLeftPart(UriPartial.Authority))).JsonAsync(HttpStatusCode.Created);
        await SendAsync(server, HttpMethod.Post, "/api/meetings", cookie, ("Sec-Fetch-Site", "same-origin")).JsonAsync(HttpStatusCode.Created);

        await SendAsync(server, HttpMethod.Post, "/api/meetings", cookie).ProblemAsync(HttpStatusCode.Forbidden, "cross-origin");
        await SendAsync(server, HttpMethod.Post, "/api/meetings", cookie, ("Origin", "https://evil.example")).ProblemAsync(HttpStatusCode.Forbidden, "cross-origin");
        await SendAsync(server, HttpMethod.Post, "/api/meetings", cookie, ("Sec-Fetch-Site", "same-site")).ProblemAsync(HttpStatusCode.Forbidden, "cross-origin");
        await SendAsync(server, HttpMethod.Get, "/api/meetings", cookie, ("Sec-Fetch-Site", "cross-site")).ProblemAsync(HttpStatusCode.Forbidden, "cross-origin");
        await SendAsync(server, HttpMethod.Delete, "/api/session", cookie, ("Origin", "null")).ProblemAsync(HttpStatusCode.Forbidden, "cross-origin");
        Assert.Equal(2, (await server.Client.GetAsync("/api/meetings").JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await SignInAsync(server);

        using (var response = await SendAsync(server, HttpMethod.Delete, "/api/session", cookie, ("Sec-Fetch-Site", "same-origin")))
        {
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.Contains("1970", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        }

        Assert.Equal("""{"signedIn":false}""", (await SendAsync(server, HttpMethod.Get, "/api/session", cookie).JsonAsync()).GetRawText());
        await SendAsync(server, HttpMethod.Post, "/api/meetings", cookie, ("Sec-Fetch-Site", "same-origin")).ProblemAsync(HttpStatusCode.Unauthorized, "session-invalid");
    }

    [Fact]
    public async Task Nobody_is_signed_in_without_a_cookie()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("""{"signedIn":false}""", (await server.Anonymous.GetAsync("/api/session").JsonAsync()).GetRawText());
    }

    private static async Task<string> SignInAsync(TestServer server)
    {
        var link = (await server.Client.PostAsync("/api/signin-links", null).JsonAsync(HttpStatusCode.Created)).Text("url");
        using var response = await server.Anonymous.GetAsync(new Uri(link));
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, HttpMethod method, string path, string cookie, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return server.Anonymous.SendAsync(request);
    }
}
