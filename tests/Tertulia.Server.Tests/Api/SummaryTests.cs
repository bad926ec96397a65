using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Control.Tests.Storage;
using Tertulia.Server.Tests.Support;
using Tertulia.Storage;

namespace Tertulia.Server.Tests.Api;

public sealed class SummaryTests
{
    // Monday, 2 March 2026.
    private const string Lines = """
        {"startedAt":"2026-03-02T09:00:00Z","lines":[
          {"segmentId":"s1","speaker":"Ada","start":0,"end":4,"text":"The installer fails on one in ten older laptops, says the support team."},
          {"segmentId":"s2","speaker":"Ada","start":5,"end":8,"text":"Ben, could you fix the installer by Friday?"},
          {"segmentId":"s3","speaker":"Ben","start":9,"end":10,"text":"Sure."},
          {"segmentId":"s4","speaker":"Ada","start":11,"end":14,"text":"Let's move the release to the twentieth of March."},
          {"segmentId":"s5","speaker":"Ben","start":15,"end":16,"text":"Agreed."},
          {"segmentId":"s6","speaker":"Ben","start":17,"end":20,"text":"I'll be honest, the German translations are too long for the buttons."}]}
        """;

    private const string SeedBody = """{"format":"structured","includeActionItems":true,"includeDecisions":true}""";

    [Theory, OnSqlite, OnPostgres]
    public async Task A_meeting_is_summarised_as_the_tutorial_asks_with_evidence_for_every_item(Engine engine)
    {
        await using var server = await engine.StartServerAsync();
        var path = await WithTranscriptAsync(server);

        var summary = await server.Client.PostAsync($"{path}/summary", TestServer.Json(SeedBody)).JsonAsync();

        var action = summary.GetProperty("actionItems").EnumerateArray().Single();
        Assert.Equal(("Ben", "Fix the installer by Friday", "2026-03-06"), (action.Text("assignee"), action.Text("task"), action.Text("dueDate")));
        Assert.Equal("Let's move the release to the twentieth of March.", summary.GetProperty("decisions").EnumerateArray().Single().GetString());
        Assert.All(summary.GetProperty("keyPoints").EnumerateArray(), point => Assert.Equal(JsonValueKind.String, point.ValueKind));
        var evidence = summary.GetProperty("evidence");
        foreach (var list in (string[])["keyPoints", "decisions", "actionItems"])
        {
            Assert.Equal(summary.GetProperty(list).GetArrayLength(), evidence.GetProperty(list).GetArrayLength());
            Assert.All(evidence.GetProperty(list).EnumerateArray(), quotes => Assert.NotEqual(0, quotes.GetArrayLength()));
        }
        var quotes = evidence.GetProperty("actionItems")[0];
        Assert.Equal(["s2", "s3"], quotes.EnumerateArray().Select(quote => quote.Text("segmentId")));
        Assert.Equal(("Ada", 5.0, "Friday"), (quotes[0].Text("speaker"), quotes[0].GetProperty("start").GetDouble(), quotes[0].Text("due")));
        Assert.Equal(("rules", 1, "generated"), (summary.Text("engine"), summary.GetProperty("version").GetInt32(), summary.Text("origin")));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Versions_follow_the_transcript_and_edits(Engine engine)
    {
        await using var server = await engine.StartServerAsync();
        var path = await WithTranscriptAsync(server);
        var first = await server.Client.PostAsync($"{path}/summary", null).JsonAsync();
        var again = await server.Client.PostAsync($"{path}/summary", null).JsonAsync();
        Assert.Equal(first.Text("summaryId"), again.Text("summaryId"));

        var edited = await server.Client.PatchAsync($"{path}/summary", TestServer.Json(
            """{"version":1,"decisions":["Release on 20 March"],"actionItems":[{"assignee":"Ben","task":"Fix the installer by Friday","dueDate":"2026-03-07"},{"task":"Something new"}]}""")).JsonAsync();
        Assert.Equal((2, "edited"), (edited.GetProperty("version").GetInt32(), edited.Text("origin")));
        Assert.Equal("s4", edited.GetProperty("evidence").GetProperty("decisions")[0][0].Text("segmentId"));
        Assert.Equal([2, 0], edited.GetProperty("evidence").GetProperty("actionItems").EnumerateArray().Select(quotes => quotes.GetArrayLength()));
        Assert.Equal("[true]", edited.GetProperty("edited").GetProperty("decisions").GetRawText());
        Assert.All(edited.GetProperty("edited").GetProperty("keyPoints").EnumerateArray(), mark => Assert.False(mark.GetBoolean()));
        Assert.Equal(JsonValueKind.Null, edited.GetProperty("actionItems")[1].GetProperty("assignee").ValueKind);
        await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"version":1,"decisions":[]}""")).ProblemAsync(HttpStatusCode.Conflict, "summary-changed");
        await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"keyPoints":[" "]}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");

        await server.Client.PatchAsync($"{path}/transcript", TestServer.Json("""{"speaker":"Ben","name":"Benjamin"}""")).JsonAsync();
        Assert.True((await server.Client.GetAsync($"{path}/summary").JsonAsync()).GetProperty("outdated").GetBoolean());
        var third = await server.Client.PostAsync($"{path}/summary", null).JsonAsync();
        Assert.Equal("Benjamin", third.GetProperty("actionItems")[0].Text("assignee"));
        Assert.Equal([1, 2, 3], (await server.Client.GetAsync($"{path}/summaries").JsonAsync()).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt32()));
        Assert.Equal("Ben", (await server.Client.GetAsync($"{path}/summary?version=1").JsonAsync()).GetProperty("actionItems")[0].Text("assignee"));
        var fourth = await server.Client.PostAsync($"{path}/summary", TestServer.Json("""{"regenerate":true}""")).JsonAsync();
        Assert.Equal(4, fourth.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Marks_of_what_was_edited_stay_and_an_earlier_version_comes_back_without_them()
    {
        await using var server = await TestServer.StartAsync();
        var path = await WithTranscriptAsync(server);
        var first = await server.Client.PostAsync($"{path}/summary", null).JsonAsync();
        await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"decisions":["Something else","And more"]}""")).JsonAsync();
        var third = await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"decisions":["And more","Third"],"keyPoints":[]}""")).JsonAsync();

        Assert.Equal("[true,true]", third.GetProperty("edited").GetProperty("decisions").GetRawText());
        Assert.False(third.GetProperty("edited").GetProperty("actionItems")[0].GetBoolean());

        await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"restore":1,"version":2}""")).ProblemAsync(HttpStatusCode.Conflict, "summary-changed");
        await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"restore":9}""")).ProblemAsync(HttpStatusCode.NotFound, "summary-unknown");
        await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"restore":1,"decisions":[]}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
        var back = await server.Client.PatchAsync($"{path}/summary", TestServer.Json("""{"restore":1,"version":3}""")).JsonAsync();

        Assert.Equal((4, "generated", false), (back.GetProperty("version").GetInt32(), back.Text("origin"), back.Has("edited")));
        Assert.Equal(first.GetProperty("decisions").GetRawText(), back.GetProperty("decisions").GetRawText());
        Assert.Equal(first.GetProperty("evidence").GetRawText(), back.GetProperty("evidence").GetRawText());
    }

    [Fact]
    public async Task Summaries_are_exported_as_markdown_and_text()
    {
        await using var server = await TestServer.StartAsync();
        var path = await WithTranscriptAsync(server, "The *weekly* <b>");

        var markdown = await server.Client.PostAsync($"{path}/summary", TestServer.Json("""{"format":"markdown","includeDecisions":false}""")).JsonAsync();
        var file = await server.Client.GetAsync($"{path}/summary?format=markdown");
        var text = await server.Client.GetStringAsync($"{path}/summary?format=text");

        Assert.StartsWith("# The \\*weekly\\* \\<b\\>\n\n2026-03-02\n", markdown.Text("text"), StringComparison.Ordinal);
        Assert.Contains("- [ ] **Ben**: Fix the installer by Friday (by 2026-03-06) (0:00:05)\n", markdown.Text("text"), StringComparison.Ordinal);
        Assert.DoesNotContain("Decisions", markdown.Text("text"), StringComparison.Ordinal);
        Assert.Equal(0, markdown.GetProperty("decisions").GetArrayLength());
        Assert.Equal("text/markdown", file.Content.Headers.ContentType!.MediaType);
        Assert.Contains("## Decisions", await file.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Action items:\n- Ben: Fix the installer by Friday (by 2026-03-06)\n", text, StringComparison.Ordinal);
        await server.Client.PostAsync($"{path}/summary", TestServer.Json("""{"format":"pdf"}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
    }

    [Fact]
    public async Task Without_a_transcript_or_a_plan_it_says_why()
    {
        await using var server = await TestServer.StartAsync();
        var id = await TranscriptTests.CreateAsync(server);
        await server.Client.GetAsync($"/api/meetings/{id}/summary").ProblemAsync(HttpStatusCode.NotFound, "summary-unknown");
        var missing = await server.Client.PostAsync($"/api/meetings/{id}/summary", null).ProblemAsync(HttpStatusCode.Conflict, "transcript-missing");
        Assert.Contains("not transcribed", missing.Text("detail"), StringComparison.Ordinal);

        using var free = await server.AddAccountAsync("acc_free");
        var theirs = await TranscriptTests.CreateAsync(server, free);
        await free.PostAsync($"/api/meetings/{theirs}/summary", null).ProblemAsync(HttpStatusCode.PaymentRequired, "plan-limit-reached");
        await free.PostAsync($"/api/meetings/{id}/summary", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
    }

    [Fact]
    public async Task When_the_transcript_goes_its_quotes_go_and_the_summary_stays()
    {
        await using var server = await TestServer.StartAsync();
        var path = await WithTranscriptAsync(server);
        await server.Client.PostAsync($"{path}/summary", null).JsonAsync();
        (await server.Client.DeleteAsync($"{path}/transcript")).EnsureSuccessStatusCode();

        var left = await server.Client.GetAsync($"{path}/summary").JsonAsync();

        Assert.False(left.Has("evidence"));
        Assert.Equal(1, left.GetProperty("actionItems").GetArrayLength());
        var gone = await server.Client.PostAsync($"{path}/summary", TestServer.Json("""{"regenerate":true}""")).ProblemAsync(HttpStatusCode.Conflict, "transcript-missing");
        Assert.Contains("deleted", gone.Text("detail"), StringComparison.Ordinal);
        (await server.Client.DeleteAsync($"{path}/summary")).EnsureSuccessStatusCode();
        await server.Client.GetAsync($"{path}/summary").ProblemAsync(HttpStatusCode.NotFound, "summary-unknown");
    }

    [Fact]
    public async Task Many_who_ask_at_once_get_the_same_and_one_event()
    {
        await using var server = await TestServer.StartAsync();
        var path = await WithTranscriptAsync(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Client.PostAsync($"{path}/summary", null).JsonAsync()));

        Assert.Single(answers.Select(answer => answer.Text("summaryId")).Distinct());
        var events = await server.Services.GetRequiredService<EventStore>().ListAsync(path[(path.LastIndexOf('/') + 1)..], null, 100);
        Assert.Equal(["transcript.ready", "summary.ready"], events.Items.Select(item => item.Type));
    }

    [Fact]
    public async Task The_transcripts_own_link_needs_no_key_and_has_ranges_and_cors()
    {
        await using var server = await TestServer.StartAsync();
        var path = await WithTranscriptAsync(server);
        var url = (await server.Client.GetAsync($"{path}/transcript").JsonAsync()).Text("transcriptUrl");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Origin", "https://elsewhere.example");
        request.Headers.Range = new RangeHeaderValue(0, 5);

        using var part = await server.Anonymous.SendAsync(request);

        Assert.Equal((HttpStatusCode.PartialContent, "WEBVTT", "text/vtt"), (part.StatusCode, await part.Content.ReadAsStringAsync(), part.Content.Headers.ContentType!.MediaType));
        Assert.Equal("*", part.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("<v Ben>Agreed.", await server.Anonymous.GetStringAsync(url), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Anonymous.GetAsync(url.Replace("signature=", "signature=x", StringComparison.Ordinal))).StatusCode);
        var empty = (await server.Client.GetAsync($"/api/meetings/{await TranscriptTests.CreateAsync(server)}/transcript").JsonAsync()).Text("transcriptUrl");
        Assert.Equal("WEBVTT\n", await server.Anonymous.GetStringAsync(empty));
    }

    [Fact]
    public async Task When_the_model_cannot_be_reached_the_rules_step_in_and_it_says_so()
    {
        await using var server = await TestServer.StartAsync("Tertulia:Summaries:Url=http://127.0.0.1:1/v1", "Tertulia:Summaries:Model=none");
        var path = await WithTranscriptAsync(server);

        var summary = await server.Client.PostAsync($"{path}/summary", TestServer.Json(SeedBody)).JsonAsync();

        Assert.Equal("rules", summary.Text("engine"));
        Assert.StartsWith(Tertulia.Summaries.Summarizer.FellBack, summary.GetProperty("notices")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(1, summary.GetProperty("actionItems").GetArrayLength());
    }

    [Theory]
    [InlineData("Tertulia:Summaries:Url=not-a-url", "Summaries:Url")]
    [InlineData("Tertulia:Summaries:Model=m", "Summaries:Url")]
    [InlineData("Tertulia:Summaries:Url=http://localhost/v1", "Summaries:Model")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string name)
    {
        var stopped = await Assert.ThrowsAnyAsync<Exception>(() => TestServer.StartAsync(setting));

        Assert.Contains(name, stopped.Message, StringComparison.Ordinal);
    }

    private static async Task<string> WithTranscriptAsync(TestServer server, string title = "Weekly")
    {
        var id = (await server.Client.PostAsJsonAsync("/api/meetings", new { title }).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        await server.Client.PostAsync($"/api/meetings/{id}/transcript", TestServer.Json(Lines)).JsonAsync();
        return $"/api/meetings/{id}";
    }
}
