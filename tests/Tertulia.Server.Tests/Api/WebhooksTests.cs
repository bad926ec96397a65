using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tertulia.Control.Tests.Storage;
using Tertulia.Control.Tests.Webhooks;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

/// <summary>Webhooks as an account uses them over REST.</summary>
public sealed class WebhooksTests
{
    private const string AllowPrivate = "Tertulia:Webhooks:AllowPrivateTargets=true";

    [Theory, OnSqlite, OnPostgres]
    public async Task From_adding_a_webhook_to_its_log(Engine engine)
    {
        await using var receiver = new WebhookReceiver();
        await using var server = await TestServer.StartAsync(engine, AllowPrivate);
        var created = await AddAsync(server.Client, receiver.Url, "meeting.ended", "meeting.ended");
        var (id, secret) = (created.Text("id"), created.Text("secret"));
        Assert.Matches("^whk_[a-z0-9]{16}$", id);
        Assert.Equal("""["meeting.ended"]""", created.GetProperty("events").GetRawText());
        var read = await server.Client.GetAsync($"/api/webhooks/{id}").JsonAsync();
        Assert.Equal(("enabled", receiver.Url), (read.Text("state"), read.Text("url")));
        Assert.DoesNotContain(secret, (await server.Client.GetAsync("/api/webhooks").JsonAsync()).GetRawText(), StringComparison.Ordinal);

        var meeting = (await server.Client.PostAsync("/api/meetings", TestServer.Json("""{"title":"Kept"}""")).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        await server.Client.PostAsync($"/api/meetings/{meeting}/end", null).JsonAsync();
        await Eventually.TrueAsync("the event arrived", () => Task.FromResult(!receiver.Received.IsEmpty));
        var received = receiver.Received.Single();
        Assert.True(received.IsSignedWith(secret));
        Assert.InRange(received.Age, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(60));
        Assert.Equal("meeting.ended", received.Type);
        var data = received.Json.GetProperty("data");
        Assert.Equal((meeting, "Kept", "ended"), (data.Text("meetingId"), data.Text("title"), data.Text("reason")));
        var listed = (await server.Client.GetAsync($"/api/meetings/{meeting}/events").JsonAsync()).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(received.Json.GetRawText(), listed.GetRawText());

        var delivery = await SettledAsync(server.Client, id);
        Assert.Equal(("delivered", received.Id, 1), (delivery.Text("state"), delivery.Text("eventId"), delivery.GetProperty("attempts").GetInt32()));
        var detail = await server.Client.GetAsync($"/api/webhooks/{id}/deliveries/{delivery.Text("id")}").JsonAsync();
        Assert.Equal(200, detail.GetProperty("log")[0].GetProperty("status").GetInt32());
        Assert.Equal(received.Json.GetRawText(), detail.GetProperty("payload").GetRawText());

        var resent = await server.Client.PostAsync($"/api/webhooks/{id}/deliveries/{delivery.Text("id")}/resend", null).JsonAsync(HttpStatusCode.Accepted);
        Assert.NotEqual(delivery.Text("id"), resent.Text("id"));
        await server.Client.PostAsync($"/api/webhooks/{id}/ping", null).JsonAsync(HttpStatusCode.Accepted);
        await Eventually.TrueAsync("both arrived", () => Task.FromResult(receiver.Received.Count == 3));
        Assert.Equal(2, receiver.Received.Count(each => each.Id == received.Id && each.Body == received.Body));
        Assert.Single(receiver.Received, each => each.Type == "ping" && each.IsSignedWith(secret));
        var page = await server.Client.GetAsync($"/api/webhooks/{id}/deliveries?limit=2").JsonAsync();
        var rest = await server.Client.GetAsync($"/api/webhooks/{id}/deliveries?limit=2&cursor={page.Text("nextCursor")}").JsonAsync();
        Assert.Equal((2, 1, false), (page.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength(), rest.Has("nextCursor")));

        using var deleted = await server.Client.DeleteAsync($"/api/webhooks/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await server.Client.GetAsync($"/api/webhooks/{id}").ProblemAsync(HttpStatusCode.NotFound, "webhook-unknown");
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_webhook_can_be_changed_stopped_and_given_a_new_secret(Engine engine)
    {
        await using var receiver = new WebhookReceiver();
        await using var server = await TestServer.StartAsync(engine, AllowPrivate);
        var created = await AddAsync(server.Client, "http://127.0.0.1:9/nobody");
        var path = $"/api/webhooks/{created.Text("id")}";
        var changed = await server.Client.PatchAsync(path, TestServer.Json($$"""{"url":"{{receiver.Url}}#part","description":" Billing ","enabled":false}""")).JsonAsync();
        Assert.Equal((receiver.Url, "Billing", "disabled"), (changed.Text("url"), changed.Text("description"), changed.Text("state")));
        Assert.Equal("""["*"]""", changed.GetProperty("events").GetRawText());
        await server.Client.PostAsync($"{path}/ping", null).ProblemAsync(HttpStatusCode.Conflict, "wrong-state");

        var rotated = await server.Client.PostAsync($"{path}/secret", null).JsonAsync();
        await server.Client.PatchAsync(path, TestServer.Json("""{"enabled":true}""")).JsonAsync();
        await server.Client.PostAsync($"{path}/ping", null).JsonAsync(HttpStatusCode.Accepted);
        await Eventually.TrueAsync("the ping arrived", () => Task.FromResult(!receiver.Received.IsEmpty));
        Assert.True(receiver.Received.Single().IsSignedWith(rotated.Text("secret")));
        Assert.True(receiver.Received.Single().IsSignedWith(created.Text("secret")));
    }

    [Fact]
    public async Task Another_accounts_webhooks_do_not_exist_and_hear_nothing()
    {
        await using var receiver = new WebhookReceiver();
        await using var server = await TestServer.StartAsync(AllowPrivate);
        using var other = await server.AddAccountAsync("acc_other");
        var id = (await AddAsync(other, receiver.Url)).Text("id");

        foreach (var path in (string[])[$"/api/webhooks/{id}", $"/api/webhooks/{id}/deliveries", $"/api/webhooks/{id}/deliveries/dlv_1"])
            await server.Client.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "webhook-unknown");
        await server.Client.DeleteAsync($"/api/webhooks/{id}").ProblemAsync(HttpStatusCode.NotFound, "webhook-unknown");
        await server.Client.PostAsync($"/api/webhooks/{id}/ping", null).ProblemAsync(HttpStatusCode.NotFound, "webhook-unknown");
        await server.Client.PatchAsync($"/api/webhooks/{id}", TestServer.Json("""{"enabled":false}""")).ProblemAsync(HttpStatusCode.NotFound, "webhook-unknown");
        await other.GetAsync($"/api/webhooks/{id}/deliveries/dlv_1").ProblemAsync(HttpStatusCode.NotFound, "delivery-unknown");
        var meeting = (await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        await server.Client.PostAsync($"/api/meetings/{meeting}/end", null).JsonAsync();
        await other.GetAsync($"/api/meetings/{meeting}/events").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        Assert.Empty((await other.GetAsync($"/api/webhooks/{id}/deliveries").JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Mistakes_are_named()
    {
        (string Body, string Field)[] mistakes =
        [
            ("""{}""", "url"),
            ("""{"url":"ftp://example.org/"}""", "url"),
            ("""{"url":"/relative"}""", "url"),
            ("""{"url":"https://user:secret@example.org/"}""", "url"),
            ("""{"url":"http://127.0.0.1:8080/"}""", "url"),
            ("""{"url":"http://2130706433/"}""", "url"),
            ("""{"url":"http://0x7f000001/"}""", "url"),
            ("""{"url":"http://[::1]/"}""", "url"),
            ("""{"url":"http://[::ffff:10.0.0.1]/"}""", "url"),
            ("""{"url":"http://localhost/"}""", "url"),
            ("""{"url":"http://LOCALHOST./"}""", "url"),
            ("""{"url":"http://169.254.169.254/latest"}""", "url"),
            ("""{"url":"https://example.org/","events":["meeting.begun"]}""", "events"),
            ("""{"url":"https://example.org/","events":["ping"]}""", "events"),
            ("""{"url":"https://example.org/","events":"meeting.ended"}""", "events"),
            ("""{"url":"https://example.org/","description":"two\nlines"}""", "description"),
        ];
        await using var server = await TestServer.StartAsync();
        foreach (var (body, field) in mistakes)
        {
            var problem = await server.Client.PostAsync("/api/webhooks", TestServer.Json(body)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
            Assert.Equal((body, field), (body, problem.Text("field")));
        }
    }

    [Fact]
    public async Task An_account_has_only_so_many_and_a_repeated_call_adds_one()
    {
        await using var server = await TestServer.StartAsync("Tertulia:Webhooks:MostPerAccount=2");
        var secrets = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks") { Content = TestServer.Json("""{"url":"https://example.org/"}""") };
            request.Headers.Add("Idempotency-Key", "the same");
            secrets.Add((await server.Client.SendAsync(request).JsonAsync(HttpStatusCode.Created)).Text("secret"));
        }
        Assert.Equal(secrets[0], secrets[1]);
        await AddAsync(server.Client, "https://example.org/");
        await server.Client.PostAsync("/api/webhooks", TestServer.Json("""{"url":"https://example.org/"}""")).ProblemAsync(HttpStatusCode.Conflict, "too-many-webhooks");
        Assert.Equal(2, (await server.Client.GetAsync("/api/webhooks").JsonAsync()).GetProperty("items").GetArrayLength());
    }

    private static Task<JsonElement> AddAsync(HttpClient client, string url, params string[] events) =>
        client.PostAsJsonAsync("/api/webhooks", new { url, events }).JsonAsync(HttpStatusCode.Created);

    private static async Task<JsonElement> SettledAsync(HttpClient client, string id)
    {
        JsonElement last = default;
        await Eventually.TrueAsync("the delivery is settled", async () =>
        {
            last = (await client.GetAsync($"/api/webhooks/{id}/deliveries").JsonAsync()).GetProperty("items")[0];
            return last.Has("settledAt");
        });
        return last;
    }
}
