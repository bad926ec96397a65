using System.Net;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Hosting;

public sealed class WebAppTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("tertulia-web-").FullName;
    private TestServer _server = null!;

    [Theory]
    [InlineData("/")]
    [InlineData("/join/mtg_0123456789ab")]
    [InlineData("/settings/devices")]
    public async Task The_apps_page_serves_every_address_of_the_app(string path)
    {
        using var response = await _server.Anonymous.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal("<p>app</p>", await response.Content.ReadAsStringAsync());
        Assert.True(response.Headers.CacheControl!.NoCache);
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task Pages_run_our_scripts_only_and_leak_no_address()
    {
        using var response = await _server.Anonymous.GetAsync("/join/mtg_0123456789ab");
        var policy = string.Join(";", response.Headers.GetValues("Content-Security-Policy")).Split(';', StringSplitOptions.TrimEntries);

        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("base-uri 'none'", policy);
        Assert.Contains($"connect-src 'self' ws://{_server.Url.Authority} wss://{_server.Url.Authority}", policy);
        Assert.DoesNotContain(policy, rule => rule.Contains("unsafe", StringComparison.Ordinal));
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Contains("camera=(self)", response.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Built_files_are_kept_forever_and_others_asked_for_again()
    {
        using var script = await _server.Anonymous.GetAsync("/assets/app-1a2b3c.js");
        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", script.Headers.CacheControl!.ToString());

        using var compressed = new HttpRequestMessage(HttpMethod.Get, "/assets/app-1a2b3c.js");
        compressed.Headers.AcceptEncoding.ParseAdd("br");
        using var small = await _server.Anonymous.SendAsync(compressed);
        Assert.Equal("br", small.Content.Headers.ContentEncoding.Single());

        using var icon = await _server.Anonymous.GetAsync("/icon.svg");
        Assert.Equal("image/svg+xml", icon.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-cache", icon.Headers.CacheControl!.ToString());

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add((await _server.Anonymous.GetAsync("/")).Headers.ETag!);
        using var unchanged = await _server.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("/assets/missing-1a2b3c.js")]
    [InlineData("/favicon.ico")]
    [InlineData("/assets/")]
    [InlineData("/..%2f..%2fetc%2fpasswd.txt")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd.txt")]
    public async Task What_is_not_there_is_not_found(string path) =>
        await _server.Anonymous.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "not-found");

    [Fact]
    public async Task Heads_have_no_body_and_other_methods_nothing_to_do()
    {
        using var head = await _server.Anonymous.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/join/x"));
        Assert.Equal((HttpStatusCode.OK, ""), (head.StatusCode, await head.Content.ReadAsStringAsync()));
        await _server.Anonymous.PostAsync("/join/x", null).ProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Without_a_built_app_a_plain_page_says_so()
    {
        await using var server = await TestServer.StartAsync($"Tertulia:WebRoot={_root}/none");

        using var response = await server.Anonymous.GetAsync("/");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Tertulia is running", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_root, "assets"));
        await File.WriteAllTextAsync(Path.Combine(_root, "index.html"), "<p>app</p>");
        await File.WriteAllTextAsync(Path.Combine(_root, "icon.svg"), "<svg/>");
        await File.WriteAllTextAsync(Path.Combine(_root, "assets", "app-1a2b3c.js"), "export {}");
        _server = await TestServer.StartAsync($"Tertulia:WebRoot={_root}");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
