using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Contracts.Events;
using Tertulia.Control.Tests.Storage;
using Tertulia.Server.Tests.Support;
using Tertulia.Storage;

namespace Tertulia.Server.Tests.Api;

public sealed class TranscriptTests
{
    private const string Lines = """
        {"language":"en","startedAt":"2026-03-02T09:00:00Z","lines":[
          {"speaker":"Ben","start":4,"end":6.5,"text":"I can <do> that\n today."},
          {"speaker":"Ada","start":1,"end":3,"text":"Who takes the report?","segmentId":"a1","confidence":0.5}]}
        """;

    [Theory, OnSqlite, OnPostgres]
    public async Task An_imported_transcript_is_read_in_every_format(Engine engine)
    {
        await using var server = await engine.StartServerAsync();
        var path = $"/api/meetings/{await CreateAsync(server)}/transcript";

        var imported = await server.Client.PostAsync(path, TestServer.Json(Lines)).JsonAsync();
        var again = await server.Client.PostAsync(path, TestServer.Json(Lines)).JsonAsync();
        var page = await server.Client.GetAsync(path).JsonAsync();

        Assert.Equal((2, 0, 2), (imported.GetProperty("added").GetInt32(), again.GetProperty("added").GetInt32(), again.GetProperty("lines").GetInt32()));
        var first = page.GetProperty("items")[0];
        Assert.Equal(("a1", "Ada", "2026-03-02T09:00:01.000Z", "en"), (first.Text("segmentId"), first.Text("speaker"), first.Text("timestamp"), first.Text("language")));
        Assert.Equal("I can <do> that today.", page.GetProperty("items")[1].Text("text"));
        Assert.Equal("WEBVTT\n\na1\n00:00:01.000 --> 00:00:03.000\n<v Ada>Who takes the report?\n", (await server.Client.GetStringAsync($"{path}?format=vtt")).Split("\n\nimp_")[0] + "\n");
        Assert.Contains("00:00:04,000 --> 00:00:06,500\nBen: I can <do> that today.\n", await server.Client.GetStringAsync($"{path}?format=srt"), StringComparison.Ordinal);
        Assert.Equal("[0:00:01] Ada: Who takes the report?\n[0:00:04] Ben: I can <do> that today.\n", await server.Client.GetStringAsync($"{path}?format=txt"));
        Assert.Equal("Ada", (await server.Client.GetAsync($"{path}?q=REPORT").JsonAsync()).GetProperty("items").EnumerateArray().Single().Text("speaker"));
        await server.Client.GetAsync($"{path}?format=pdf").ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
    }

    [Fact]
    public async Task Pages_follow_each_other_while_the_meeting_goes_on_and_after_it()
    {
        await using var server = await TestServer.StartAsync();
        var id = await CreateAsync(server);
        var store = server.Services.GetRequiredService<TranscriptStore>();
        for (var i = 0; i < 5; i++)
        {
            await store.AppendAsync(new(id, $"s{i}", "peer", "Ada", i, i + 1, DateTimeOffset.UtcNow, $"line {i}", 0.9, "en"));
        }
        var page = await server.Client.GetAsync($"/api/meetings/{id}/transcript?limit=3").JsonAsync();
        (await server.Client.PostAsync($"/api/meetings/{id}/end", null)).EnsureSuccessStatusCode();
        var rest = await server.Client.GetAsync($"/api/meetings/{id}/transcript?limit=3&cursor={page.Text("nextCursor")}").JsonAsync();

        Assert.Equal(["s3", "s4"], rest.GetProperty("items").EnumerateArray().Select(line => line.Text("segmentId")));
        Assert.False(rest.Has("nextCursor"));
    }

    [Fact]
    public async Task A_meeting_without_lines_has_an_empty_transcript()
    {
        await using var server = await TestServer.StartAsync();
        var path = $"/api/meetings/{await CreateAsync(server)}/transcript";

        var page = await server.Client.GetAsync(path).JsonAsync();

        Assert.Equal((0, 0L), (page.GetProperty("items").GetArrayLength(), page.GetProperty("revision").GetInt64()));
        Assert.Equal("WEBVTT\n", await server.Client.GetStringAsync($"{path}?format=vtt"));
    }

    [Fact]
    public async Task Names_are_corrected_and_transcripts_deleted()
    {
        await using var server = await TestServer.StartAsync();
        var path = $"/api/meetings/{await CreateAsync(server)}/transcript";
        await server.Client.PostAsync(path, TestServer.Json(Lines)).JsonAsync();

        var renamed = await server.Client.PatchAsync(path, TestServer.Json("""{"speaker":"Ben","name":"Benjamin"}""")).JsonAsync();
        var line = await server.Client.PatchAsync($"{path}/a1", TestServer.Json("""{"speaker":"Ada L."}""")).JsonAsync();

        Assert.Equal(1, renamed.GetProperty("lines").GetInt32());
        Assert.Equal(("Ada L.", "Ada"), (line.Text("speaker"), line.Text("spokenAs")));
        await server.Client.PatchAsync(path, TestServer.Json("""{"speaker":"Ben","name":"B"}""")).ProblemAsync(HttpStatusCode.NotFound, "speaker-unknown");
        await server.Client.PatchAsync($"{path}/nope", TestServer.Json("""{"speaker":"B"}""")).ProblemAsync(HttpStatusCode.NotFound, "segment-unknown");
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync(path)).StatusCode);
        Assert.Equal(0, (await server.Client.GetAsync(path).JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"lines":[]}""", "lines")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":1,"text":"ok"},{"speaker":" ","start":1,"text":"x"}]}""", "lines[1].speaker")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":-1,"text":"x"}]}""", "lines[0].start")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":2,"end":1,"text":"x"}]}""", "lines[0].end")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":2,"text":" "}]}""", "lines[0].text")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":2,"text":"x","confidence":1.5}]}""", "lines[0].confidence")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":2,"text":"x","segmentId":"a b"}]}""", "lines[0].segmentId")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":2,"text":"x","language":"?"}]}""", "lines[0].language")]
    [InlineData("""{"startedAt":"2100-01-01T00:00:00Z","lines":[{"speaker":"Ada","start":2,"text":"x"}]}""", "startedAt")]
    [InlineData("""{"lines":[{"speaker":"Ada","start":2,"text":"a\u0000b"}]}""", "lines[0].text")]
    public async Task Bad_lines_are_named(string body, string field)
    {
        await using var server = await TestServer.StartAsync();
        var path = $"/api/meetings/{await CreateAsync(server)}/transcript";

        var problem = await server.Client.PostAsync(path, TestServer.Json(body)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");

        Assert.Equal(field, problem.Text("field"));
        Assert.Equal(0, (await server.Client.GetAsync(path).JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task WebVtt_files_are_imported_and_long_ones_fit()
    {
        await using var server = await TestServer.StartAsync();
        var path = $"/api/meetings/{await CreateAsync(server)}/transcript";
        var file = new StringBuilder("WEBVTT\n");
        for (var i = 0; i < 3000; i++) file.Append($"\n{i / 60:00}:{i % 60:00}.000 --> {i / 60:00}:{i % 60:00}.900\n<v Ada>This is line number {i} of a long meeting\n");

        var imported = await server.Client.PostAsync($"{path}?startedAt=2026-03-02T09:00:00Z", new StringContent(file.ToString(), Encoding.UTF8, "text/vtt")).JsonAsync();

        Assert.Equal(3000, imported.GetProperty("added").GetInt32());
        Assert.Equal("2026-03-02T09:49:59.000Z", (await server.Client.GetAsync($"{path}?q=2999").JsonAsync()).GetProperty("items")[0].Text("timestamp"));
        await server.Client.PostAsync(path, new StringContent("nothing", Encoding.UTF8, "text/vtt")).ProblemAsync(HttpStatusCode.BadRequest, "malformed-file");
        await server.Client.PostAsync(path, TestServer.Json(new string(' ', 5 * 1024 * 1024))).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Another_account_sees_nothing_of_it()
    {
        await using var server = await TestServer.StartAsync();
        var path = $"/api/meetings/{await CreateAsync(server)}/transcript";
        using var other = await server.AddAccountAsync("acc_other");

        await other.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await other.PostAsync(path, TestServer.Json(Lines)).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await other.DeleteAsync(path).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await server.Anonymous.GetAsync(path).ProblemAsync(HttpStatusCode.Unauthorized, "key-missing");
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_a_crash_left_untold_is_told_at_the_next_start_and_only_once(Engine engine)
    {
        await using var server = await engine.StartServerAsync();
        var id = await CreateAsync(server);
        await server.Services.GetRequiredService<TranscriptStore>().AppendAsync(new(id, "s1", "peer", "Ada", 1, 2, DateTimeOffset.UtcNow, "the last words", 0.9, "en"));
        var ended = DateTimeOffset.UtcNow;

        // All that is left by a server that is killed between the end of a meeting and the last words of its transcript.
        await server.Services.GetRequiredService<MeetingStore>().MarkEndedAsync(id, ended, "ended");

        await server.RestartAsync();
        await Eventually.TrueAsync("the event", async () => (await ReadyAsync(server, id)).Count > 0);
        var told = Assert.Single(await ReadyAsync(server, id));
        var again = new TranscriptReady(new EventMoment(id, DateTimeOffset.UtcNow, 0), 1, "en", null);
        Assert.False(await server.Services.GetRequiredService<EventStore>().AppendOnceAsync(again, ended));
        Assert.Empty(await server.Services.GetRequiredService<TranscriptStore>().ListUnannouncedAsync(ended, DateTimeOffset.UtcNow.AddSeconds(1)));

        var data = told.GetProperty("data");
        Assert.Equal((1, "en"), (data.GetProperty("segments").GetInt32(), data.Text("language")));
        var link = new Uri(data.Text("transcriptUrl")); // it bears an address of this server that nobody has used yet
        Assert.Contains("<v Ada>the last words", await server.Anonymous.GetStringAsync(link.PathAndQuery), StringComparison.Ordinal);
        Assert.Single(await ReadyAsync(server, id));
    }

    [Fact]
    public async Task Anybody_may_ask_what_languages_are_understood()
    {
        await using var none = await TestServer.StartAsync("Tertulia:Speech:Engine=none");
        var silent = await none.Anonymous.GetAsync("/api/transcription").JsonAsync();
        Assert.Equal((false, 0), (silent.GetProperty("available").GetBoolean(), silent.GetProperty("languages").GetArrayLength()));
        Assert.Contains("no speech recognition", silent.Text("problem"), StringComparison.Ordinal);

        await using var server = await TestServer.StartAsync("Tertulia:Speech:Url=http://127.0.0.1:9/v1", "Tertulia:Speech:Languages=auto,de,pt-BR");
        var able = await server.Anonymous.GetAsync("/api/transcription").JsonAsync();
        Assert.True(able.GetProperty("available").GetBoolean());
        Assert.Equal(["auto", "de", "pt-BR"], able.GetProperty("languages").EnumerateArray().Select(language => language.GetString()));
    }

    private static async Task<IReadOnlyList<JsonElement>> ReadyAsync(TestServer server, string meetingId) =>
        [.. (await server.Client.GetAsync($"/api/meetings/{meetingId}/events").JsonAsync()).GetProperty("items").EnumerateArray()
            .Where(item => item.Text("type") == "transcript.ready")];

    internal static async Task<string> CreateAsync(TestServer server, HttpClient? client = null) =>
        (await (client ?? server.Client).PostAsJsonAsync("/api/meetings", new { title = "Weekly" }).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
}
