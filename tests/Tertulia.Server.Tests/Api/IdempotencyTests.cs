using System.Net;
using System.Text;
using Tertulia.Server.Api;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task The_same_call_twice_has_one_effect_and_one_answer_even_across_a_restart()
    {
        await using var server = await TestServer.StartAsync();
        var first = await CallAsync(server.Client, "/api/meetings", "create-1", """{"title":"Once"}""");
        await server.RestartAsync();
        var second = await CallAsync(server.Client, "/api/meetings", "create-1", """{"title":"Once"}""");

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first with { Replayed = true }, second);
        Assert.Single((await server.Client.GetAsync("/api/meetings").JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Many_at_once_have_one_effect()
    {
        await using var server = await TestServer.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => CallAsync(server.Client, "/api/meetings", "burst", "{}")));

        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Body).Distinct());
        Assert.Single((await server.Client.GetAsync("/api/meetings").JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_stands_for_one_request()
    {
        await using var server = await TestServer.StartAsync();
        await CallAsync(server.Client, "/api/meetings", "k", """{"title":"A"}""");

        await SendAsync(server.Client, "/api/meetings", "k", """{"title":"B"}""").ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await SendAsync(server.Client, "/api/keys", "k", """{"title":"A"}""").ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await SendAsync(server.Client, "/api/meetings", "", "{}").ProblemAsync(HttpStatusCode.BadRequest, "idempotency-key-invalid");
        await SendAsync(server.Client, "/api/meetings", new string('k', 256), "{}").ProblemAsync(HttpStatusCode.BadRequest, "idempotency-key-invalid");
        using var other = await server.AddAccountAsync("acc_other");
        Assert.False((await CallAsync(other, "/api/meetings", "k", """{"title":"A"}""")).Replayed);
    }

    [Fact]
    public async Task What_failed_may_be_tried_again()
    {
        await using var server = await TestServer.StartAsync();
        await SendAsync(server.Client, "/api/meetings", "k", """{"title":7}""").ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");

        Assert.Equal(HttpStatusCode.Created, (await CallAsync(server.Client, "/api/meetings", "k", """{"title":"7"}""")).Status);
    }

    [Fact]
    public async Task Deleting_and_guests_can_be_repeated_too()
    {
        await using var server = await TestServer.StartAsync();
        var id = (await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");

        var first = await CallAsync(server.Anonymous, $"/api/meetings/{id}/guest", "guest-1", "{}");
        Assert.Equal(first with { Replayed = true }, await CallAsync(server.Anonymous, $"/api/meetings/{id}/guest", "guest-1", "{}"));

        var key = (await server.Client.PostAsync("/api/keys", null).JsonAsync(HttpStatusCode.Created)).Text("id");
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(server.Client, $"/api/keys/{key}", "delete-1", null, HttpMethod.Delete)).Status);
        Assert.True((await CallAsync(server.Client, $"/api/keys/{key}", "delete-1", null, HttpMethod.Delete)).Replayed);
    }

    [Fact]
    public async Task A_remembered_secret_is_not_readable_in_the_database()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await CallAsync(server.Client, "/api/keys", "new-key", "{}");
        var secret = System.Text.Json.JsonDocument.Parse(answer.Body).RootElement.Text("key");
        Assert.Equal(answer.Body, (await CallAsync(server.Client, "/api/keys", "new-key", "{}")).Body);

        foreach (var file in Directory.GetFiles(server.Folder, "tertulia.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(secret[20..], await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_sealed_answer_opens_only_with_the_credential_that_asked()
    {
        var text = IdempotencySeal.Seal("secret"u8.ToArray(), "credential", "scope", "key");

        Assert.Equal("secret"u8.ToArray(), IdempotencySeal.Open(text, "credential", "scope", "key"));
        Assert.Null(IdempotencySeal.Open(text, "other", "scope", "key"));
        Assert.Null(IdempotencySeal.Open(text, "credential", "other", "key"));
        Assert.Null(IdempotencySeal.Open(text, "credential", "scope", "other"));
        Assert.Null(IdempotencySeal.Open("", "credential", "scope", "key"));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string key, string? body, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = body is null ? null : TestServer.Json(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    private static async Task<Answer> CallAsync(HttpClient client, string path, string key, string? body, HttpMethod? method = null)
    {
        using var response = await SendAsync(client, path, key, body, method);
        return new(
            response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            await response.Content.ReadAsStringAsync(),
            response.Headers.Contains("Idempotency-Replayed"));
    }

    private sealed record Answer(HttpStatusCode Status, string? ContentType, string Body, bool Replayed);
}
