using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed partial class OpenApiTests
{
    [Fact]
    public async Task Every_rest_call_is_described()
    {
        await using var server = await TestServer.StartAsync();
        var paths = (await server.Anonymous.GetAsync("/openapi/v1.json").JsonAsync()).GetProperty("paths");
        var described = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));

        var mapped = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Path: "/" + Constraint().Replace(endpoint.RoutePattern.RawText!.Trim('/'), ""), endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods))
            .Where(endpoint => endpoint.Path.StartsWith("/api", StringComparison.Ordinal) || endpoint.Path.StartsWith("/health", StringComparison.Ordinal) ||
                endpoint.Path.StartsWith("/.well-known", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.HttpMethods!.Select(method => $"{method} {endpoint.Path}"))
            .ToList();

        Assert.True(mapped.Count > 20);
        Assert.Empty(mapped.Except(described));
    }

    [Fact]
    public async Task Every_description_is_complete()
    {
        await using var server = await TestServer.StartAsync();
        var document = await server.Anonymous.GetAsync("/openapi/v1.json").JsonAsync();
        var lacks = new List<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var (name, operation) in path.Value.EnumerateObject().Select(method => ($"{method.Name} {path.Name}", method.Value)))
            {
                if (!operation.Has("summary") || !operation.Has("tags")) lacks.Add($"{name}: summary or tags");
                if (NeedsKey(path.Name) && !operation.Has("security")) lacks.Add($"{name}: security");
                foreach (var response in operation.GetProperty("responses").EnumerateObject())
                {
                    var hasSchema = response.Value.TryGetProperty("content", out var content) && content.EnumerateObject().All(type => type.Value.Has("schema"));
                    if (response.Name != "204" && !hasSchema) lacks.Add($"{name}: schema of {response.Name}");
                }
                foreach (Match parameter in Parameter().Matches(path.Name))
                {
                    if (!Names(operation).Contains(parameter.Groups[1].Value)) lacks.Add($"{name}: parameter {parameter.Value}");
                }
            }
        }
        Assert.Empty(lacks);
    }

    [Fact]
    public async Task Bodies_paging_keys_and_the_bearer_scheme_are_described()
    {
        await using var server = await TestServer.StartAsync();
        var document = await server.Anonymous.GetAsync("/openapi/v1.json").JsonAsync();
        var components = document.GetProperty("components");
        Assert.Equal("bearer", components.GetProperty("securitySchemes").GetProperty("bearer").Text("scheme"));

        var create = document.GetProperty("paths").GetProperty("/api/meetings").GetProperty("post");
        Assert.Equal(["application/json"], create.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name));
        Assert.Contains("CreateMeetingRequest", create.GetProperty("requestBody").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("MeetingTicket", create.GetProperty("responses").GetProperty("201").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", Names(create));
        var list = document.GetProperty("paths").GetProperty("/api/meetings").GetProperty("get");
        Assert.Equal(["cursor", "limit"], Names(list).Order());

        var settings = components.GetProperty("schemas").GetProperty("MeetingSettings").GetProperty("properties");
        Assert.Equal("integer", Types(settings.GetProperty("maxParticipants")).First(type => type != "null"));
        var ticket = components.GetProperty("schemas").GetProperty("MeetingTicket").GetProperty("properties");
        foreach (var field in new[] { "meetingId", "token", "joinUrl", "iceServers" }) Assert.True(ticket.Has(field), field);
    }

    private static bool NeedsKey(string path) =>
        path.StartsWith("/api/", StringComparison.Ordinal) && !path.EndsWith("/guest", StringComparison.Ordinal) && !path.EndsWith("/public", StringComparison.Ordinal) &&
        path is not ("/api/session" or "/api/transcription");

    private static IEnumerable<string> Names(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(parameter => parameter.Text("name")) : [];

    private static IEnumerable<string> Types(JsonElement schema)
    {
        var type = schema.GetProperty("type");
        return type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(item => item.GetString()!) : [type.GetString()!];
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<=\{\w+):[^}]+")]
    private static partial Regex Constraint();
}
