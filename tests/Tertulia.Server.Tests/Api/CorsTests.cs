using System.Net;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

/// <summary>Pages of any origin may call with a key; errors included, or their scripts could not read them.</summary>
public sealed class CorsTests
{
    private const string Origin = "http://localhost:5173";

    [Theory]
    [InlineData("/api/meetings", "POST", "authorization,content-type")]
    [InlineData("/api/meetings/mtg_0123456789ab/join", "POST", "authorization")]
    [InlineData("/api/keys/key_1", "DELETE", "authorization,idempotency-key")]
    public async Task Preflights_are_answered(string path, string method, string headers)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", Origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);

        using var response = await server.Anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal(method, Header(response, "Access-Control-Allow-Methods"));
        Assert.Equal(headers, Header(response, "Access-Control-Allow-Headers"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("GET", "/api/meetings", TestServer.Key, HttpStatusCode.OK)]
    [InlineData("GET", "/api/meetings", "", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/meetings/mtg_0123456789ab", TestServer.Key, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/nothing", TestServer.Key, HttpStatusCode.NotFound)]
    [InlineData("PUT", "/api/meetings", TestServer.Key, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/meetings?limit=x", TestServer.Key, HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "/openapi/v1.json", "", HttpStatusCode.OK)]
    [InlineData("GET", "/.well-known/jwks.json", "", HttpStatusCode.OK)]
    public async Task Answers_can_be_read_by_any_page(string method, string path, string key, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", Origin);
        if (key.Length > 0) request.Headers.Authorization = new("Bearer", key);

        using var response = await server.Anonymous.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains("Retry-After", Header(response, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_ours_are_not_for_other_origins()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Origin", Origin);

        using var response = await server.Anonymous.SendAsync(request);

        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(",", response.Headers.GetValues(name));
}
