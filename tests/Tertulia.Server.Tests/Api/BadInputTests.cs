using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

/// <summary>Whatever a caller gets wrong is answered as the contract says, and harms nobody.</summary>
public sealed class BadInputTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("POST", "/api/meetings")]
    [InlineData("GET", "/api/meetings")]
    [InlineData("POST", "/api/meetings/mtg_0123456789ab/join")]
    [InlineData("GET", "/api/keys")]
    [InlineData("GET", "/api/usage")]
    [InlineData("POST", "/api/meetings/mtg_0123456789ab/recording/start")]
    public async Task Without_a_key_nothing_is_done(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await Server.Anonymous.SendAsync(request);

        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        await Task.FromResult(response).ProblemAsync(HttpStatusCode.Unauthorized, "key-missing");
    }

    [Theory]
    [InlineData("Bearer tertulia_sk_0000000000000000000000000000000000000000", "key-invalid")]
    [InlineData("Bearer", "key-missing")]
    [InlineData("Bearer ", "key-missing")]
    [InlineData("Basic dXNlcjpwYXNz", "key-missing")]
    public async Task A_wrong_key_is_refused(string authorization, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/meetings");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        await Server.Anonymous.SendAsync(request).ProblemAsync(HttpStatusCode.Unauthorized, code);
    }

    [Theory]
    [InlineData("mtg_0123456789ab")]
    [InlineData("mtg_0123456789AB")]
    [InlineData("no-such")]
    [InlineData("mtg_%2e%2e%2f%2e%2e")]
    [InlineData("%E0%A4%A")]
    public async Task An_unknown_meeting_is_not_found(string id)
    {
        await Server.Client.GetAsync($"/api/meetings/{id}").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await Server.Client.PostAsync($"/api/meetings/{id}/join", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await Server.Client.PostAsync($"/api/meetings/{id}/end", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await Server.Client.GetAsync($"/api/meetings/{id}/chat").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await Server.Client.DeleteAsync($"/api/meetings/{id}/participants/p").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
    }

    [Fact]
    public async Task Another_accounts_meetings_do_not_exist()
    {
        var id = await fixture.CreateMeetingAsync();
        using var other = await Server.AddAccountAsync("acc_other", "pro");

        foreach (var path in new[] { "", "/chat", "/participants" })
        {
            await other.GetAsync($"/api/meetings/{id}{path}").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        }
        foreach (var path in new[] { "/join", "/end", "/participants/p/mute", "/recording/start", "/summary" })
        {
            await other.PostAsync($"/api/meetings/{id}{path}", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        }
        Assert.Empty((await other.GetAsync("/api/meetings").JsonAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal("open", (await Server.Client.GetAsync($"/api/meetings/{id}").JsonAsync()).Text("state"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("{\"title\":\"a\"} {}")]
    [InlineData("{\"title\":'a'}")]
    [InlineData("{\"title\":\"a\",}")]
    public async Task What_is_no_json_is_malformed(string body) =>
        await Server.Client.PostAsync("/api/meetings", TestServer.Json(body)).ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");

    [Fact]
    public async Task What_is_no_text_is_malformed()
    {
        var body = new ByteArrayContent([.. "{\"title\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        await Server.Client.PostAsync("/api/meetings", body).ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");
    }

    [Fact]
    public async Task What_is_too_deep_is_malformed()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40);

        await Server.Client.PostAsync("/api/meetings", TestServer.Json($$"""{"metadata":{{deep}}}""")).ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("7", "body")]
    [InlineData("""{"title":7}""", "title")]
    [InlineData("""{"title":{"a":1}}""", "title")]
    [InlineData("""{"title":"\ud800"}""", "title")]
    [InlineData("""{"title":"a\u0000b"}""", "title")]
    [InlineData("""{"settings":"sfu"}""", "settings")]
    [InlineData("""{"settings":{"maxParticipants":"50"}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"maxParticipants":2.5}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"maxParticipants":99999999999}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"maxParticipants":0}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"maxParticipants":-1}}""", "settings.maxParticipants")]
    [InlineData("""{"settings":{"topology":"mesh"}}""", "settings.topology")]
    [InlineData("""{"settings":{"topology":null}}""", "settings.topology")]
    [InlineData("""{"settings":{"access":"everyone"}}""", "settings.access")]
    [InlineData("""{"settings":{"recording":{"autoStart":"yes"}}}""", "settings.recording.autoStart")]
    [InlineData("""{"settings":{"transcription":{"enabled":1}}}""", "settings.transcription.enabled")]
    [InlineData("""{"settings":{"transcription":{"language":"en'; --"}}}""", "settings.transcription.language")]
    [InlineData("""{"metadata":[1]}""", "metadata")]
    public async Task A_wrong_value_is_named(string body, string field)
    {
        var problem = await Server.Client.PostAsync("/api/meetings", TestServer.Json(body)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");

        Assert.Equal(field, problem.Text("field"));
    }

    [Theory]
    [InlineData("""{"role":"admin"}""", "role")]
    [InlineData("""{"role":1}""", "role")]
    [InlineData("""{"displayName":["Ada"]}""", "displayName")]
    [InlineData("""{"displayName":"A\u202Eda"}""", "displayName")]
    [InlineData("""{"displayName":"01234567890123456789012345678901234567890123456789012345678901234"}""", "displayName")]
    public async Task A_wrong_value_of_join_is_named(string body, string field)
    {
        var id = await fixture.CreateMeetingAsync();

        var problem = await Server.Client.PostAsync($"/api/meetings/{id}/join", TestServer.Json(body)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");

        Assert.Equal(field, problem.Text("field"));
    }

    [Fact]
    public async Task Long_texts_have_limits()
    {
        var title = new string('t', 201);
        var metadata = new string('m', 2048);

        Assert.Equal("title", (await Server.Client.PostAsync("/api/meetings", TestServer.Json($$"""{"title":"{{title}}"}"""))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field")).Text("field"));
        Assert.Equal("metadata", (await Server.Client.PostAsync("/api/meetings", TestServer.Json($$$"""{"metadata":{"m":"{{{metadata}}}"}}"""))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field")).Text("field"));
        await Server.Client.PostAsync("/api/meetings", TestServer.Json($$"""{"title":"{{title[1..]}}"}""")).JsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_huge_body_is_refused_and_the_connection_lives_on(bool chunked)
    {
        var body = TestServer.Json($$"""{"title":"{{new string('x', 4_000_000)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/meetings") { Content = body };
        request.Headers.TransferEncodingChunked = chunked;

        await Server.Client.SendAsync(request).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        await Server.Client.GetAsync("/api/usage").JsonAsync();
    }

    [Fact]
    public async Task A_form_is_not_json() =>
        await Server.Client.PostAsync("/api/meetings", new FormUrlEncodedContent([new("title", "x")]))
            .ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("cursor=AAAA", "cursor")]
    public async Task Paging_is_checked(string query, string field)
    {
        var problem = await Server.Client.GetAsync($"/api/meetings?{query}").ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");

        Assert.Equal(field, problem.Text("field"));
    }

    [Fact]
    public async Task Unknown_addresses_and_methods_are_told_so()
    {
        await Server.Client.GetAsync("/api/nothing").ProblemAsync(HttpStatusCode.NotFound, "not-found");
        await Server.Client.PostAsync("/api/nothing", null).ProblemAsync(HttpStatusCode.NotFound, "not-found");
        await Server.Client.PutAsync("/api/meetings", null).ProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        await Server.Client.GetAsync("/openapi/v2.json").ProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task An_ended_meeting_lets_nobody_in()
    {
        var id = await fixture.CreateMeetingAsync();
        var ended = await Server.Client.PostAsync($"/api/meetings/{id}/end", null).JsonAsync();
        Assert.Equal(("ended", "ended"), (ended.Text("state"), ended.Text("endReason")));

        await Server.Client.PostAsync($"/api/meetings/{id}/join", null).ProblemAsync(HttpStatusCode.Gone, "meeting-ended");
        await Server.Anonymous.PostAsync($"/api/meetings/{id}/guest", null).ProblemAsync(HttpStatusCode.Gone, "meeting-ended");
        await Server.Client.DeleteAsync($"/api/meetings/{id}/participants/p").ProblemAsync(HttpStatusCode.Conflict, "wrong-state");
        Assert.Equal(ended.Text("endedAt"), (await Server.Client.PostAsync($"/api/meetings/{id}/end", null).JsonAsync()).Text("endedAt"));
        Assert.Equal("ended", (await Server.Anonymous.GetAsync($"/api/meetings/{id}/public").JsonAsync()).Text("state"));
    }

    [Fact]
    public async Task Nobody_is_removed_or_muted_who_is_not_there()
    {
        var id = await fixture.CreateMeetingAsync();

        await Server.Client.DeleteAsync($"/api/meetings/{id}/participants/k3v9").ProblemAsync(HttpStatusCode.NotFound, "participant-unknown");
        await Server.Client.PostAsync($"/api/meetings/{id}/participants/k3v9/mute", null).ProblemAsync(HttpStatusCode.NotFound, "participant-unknown");
        var problem = await Server.Client.PostAsync($"/api/meetings/{id}/participants/k3v9/mute", TestServer.Json("""{"source":"lamp"}"""))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
        Assert.Equal("source", problem.Text("field"));
    }

    [Theory]
    [InlineData("GET /api/meetings HTTP/1.1\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("GET /api/meetings HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("POST /api/meetings HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    public async Task What_is_no_http_is_refused(string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Server.Url.Host, Server.Url.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

        using var reader = new StreamReader(socket.GetStream());
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync(), StringComparison.Ordinal);
        await Server.Client.GetAsync("/health/ready").JsonAsync();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async Task<string> CreateMeetingAsync() =>
            (await Server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");

        public async Task InitializeAsync() => Server = await TestServer.StartAsync("Tertulia:RateLimits:FailedSigninsPerMinute=1000");

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
