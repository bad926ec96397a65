using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Objects;
using Tertulia.Server.Recordings;
using Tertulia.Server.Tests.Signaling;
using Tertulia.Server.Tests.Support;
using Tertulia.Storage;

namespace Tertulia.Server.Tests.Api;

/// <summary>Starting, stopping, listing, rendering and deleting recordings over REST; what is in them is proven elsewhere.</summary>
public sealed class RecordingsTests
{
    [Fact]
    public async Task Starting_twice_is_one_recording_and_stopping_answers_its_final_address()
    {
        await using var server = await TestServer.StartAsync();
        var id = await CreateAsync(server, "{}");
        var first = await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).JsonAsync();
        var second = await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).JsonAsync();
        Assert.Equal(first.Text("recordingId"), second.Text("recordingId"));
        Assert.Equal("recording", (await FirstAsync(server, id)).Text("status"));

        var stopped = await server.Client.PostAsync($"/api/meetings/{id}/recording/stop", null).JsonAsync();
        Assert.Contains(stopped.Text("status"), (string[])["ready", "processing"]);
        Assert.StartsWith(server.Url.ToString().TrimEnd('/') + "/objects/", stopped.Text("recordingUrl"), StringComparison.Ordinal);
        Assert.False(stopped.TryGetProperty("transcriptUrl", out _));
        await Eventually.TrueAsync("it is ready", async () => (await FirstAsync(server, id)).Text("status") == "ready", TimeSpan.FromSeconds(60));
        using var file = await server.Anonymous.GetAsync((await FirstAsync(server, id)).Text("recordingUrl"));
        Assert.Equal("video/mp4", file.Content.Headers.ContentType!.MediaType);

        // Stopped once more, the answer is the same.
        var again = await server.Client.PostAsync($"/api/meetings/{id}/recording/stop", null).JsonAsync();
        Assert.Equal(("ready", first.Text("recordingId")), (again.Text("status"), again.Text("recordingId")));

        var recording = $"/api/meetings/{id}/recordings/{first.Text("recordingId")}";
        await server.Client.PostAsJsonAsync($"{recording}/render", new { layout = "mosaic" }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
        await server.Client.PostAsJsonAsync($"{recording}/render", new { layout = "single" }).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-field");
        await server.Client.PostAsync($"{recording}/retry", null).ProblemAsync(HttpStatusCode.Conflict, "wrong-state");
        await server.Client.PostAsJsonAsync($"{recording}/render", new { layout = "audio" }).JsonAsync(HttpStatusCode.Accepted);
        await Eventually.TrueAsync("all are ready",
            async () => (await FirstAsync(server, id)).GetProperty("renditions").EnumerateArray().All(one => one.Text("status") == "ready"), TimeSpan.FromSeconds(60));

        using var deleted = await server.Client.DeleteAsync(recording);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty((await server.Client.GetAsync($"/api/meetings/{id}/recordings").JsonAsync()).GetProperty("items").EnumerateArray());
        Assert.False(Directory.Exists(Path.Combine(server.Folder, "recordings", first.Text("recordingId"))));
        await server.Anonymous.GetAsync(again.Text("recordingUrl")).ProblemAsync(HttpStatusCode.NotFound, "object-unknown");
        await server.Client.DeleteAsync(recording).ProblemAsync(HttpStatusCode.NotFound, "recording-unknown");
    }

    [Fact]
    public async Task A_meeting_with_transcription_has_an_address_of_its_captions_from_the_start()
    {
        await using var server = await TestServer.StartAsync();
        var id = await CreateAsync(server, """{"settings":{"transcription":{"enabled":true}}}""");
        await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).JsonAsync();
        var stopped = await server.Client.PostAsync($"/api/meetings/{id}/recording/stop", null).JsonAsync();
        using var captions = await server.Anonymous.GetAsync(stopped.Text("transcriptUrl"));
        Assert.Equal("text/vtt", captions.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("WEBVTT", await captions.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await server.Anonymous.GetAsync(stopped.Text("transcriptUrl").Replace("expires=", "expires=9", StringComparison.Ordinal)).ProblemAsync(HttpStatusCode.Forbidden, "link-invalid");
    }

    [Fact]
    public async Task When_its_files_are_deleted_the_log_goes_too()
    {
        await using var server = await TestServer.StartAsync();
        var id = await CreateAsync(server, "{}");
        await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).JsonAsync();
        var stopped = await server.Client.PostAsync($"/api/meetings/{id}/recording/stop", null).JsonAsync();
        await Eventually.TrueAsync("it is ready", async () => (await FirstAsync(server, id)).Text("status") == "ready", TimeSpan.FromSeconds(60));
        var cleaner = server.Services.GetRequiredService<RecordingCleaner>();
        Assert.Equal(0, await cleaner.SweepAsync());

        await server.Services.GetRequiredService<ObjectStore>().DeleteMeetingAsync(id);
        Assert.Equal(1, await cleaner.SweepAsync());
        Assert.False(Directory.Exists(Path.Combine(server.Folder, "recordings", stopped.Text("recordingId"))));
        Assert.Empty((await server.Client.GetAsync($"/api/meetings/{id}/recordings").JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_full_disk_is_told_to_the_meeting_which_goes_on()
    {
        // More is to be left free than any disk has.
        await using var server = await TestServer.StartAsync("Tertulia:Recording:LeaveFreeMegabytes=2000000000");
        var id = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, id, "Ada", role: "host");
        await using var bob = await SignalingSocket.JoinAsync(server, id, "Bob");
        await bob.SendAsync(new { type = "recording", action = "start" });
        Assert.Equal("not-allowed", await bob.ErrorAsync());
        await bob.SendAsync(new { type = "recording", action = "pause" });
        Assert.Equal("invalid-field", await bob.ErrorAsync());

        await ada.SendAsync(new { type = "recording", action = "start" });
        var told = await bob.AwaitAsync("recording");
        while (!told.Has("problem")) told = await bob.AwaitAsync("recording");
        Assert.Equal(("recording", "disk-full"), (told.Text("state"), told.Text("problem")));
        await Eventually.TrueAsync("the problem is in the list", async () => (await FirstAsync(server, id)) is var first && first.Has("problem") && first.Text("problem") == "disk-full");
        await ada.SendAsync(new { type = "chat", text = "we go on" });
        Assert.Equal("we go on", (await bob.AwaitAsync("chat")).Text("text"));

        await ada.SendAsync(new { type = "recording", action = "stop" });
        while (told.Text("state") != "failed") told = await bob.AwaitAsync("recording");
        Assert.Equal("Nothing was recorded.", told.Text("reason"));
        var failed = await FirstAsync(server, id);
        Assert.Equal(("failed", "Nothing was recorded."), (failed.Text("status"), failed.Text("reason")));
        var again = await server.Client.PostAsync($"/api/meetings/{id}/recordings/{failed.Text("recordingId")}/retry", null).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("processing", again.Text("status"));
    }

    [Fact]
    public async Task A_recording_that_a_restart_interrupts_goes_on_when_somebody_is_back()
    {
        await using var server = await TestServer.StartAsync();
        var id = await SignalingSocket.CreateMeetingAsync(server);
        var other = await SignalingSocket.CreateMeetingAsync(server);
        string first;
        await using (var ada = await SignalingSocket.JoinAsync(server, id, "Ada", role: "host"))
        await using (var bob = await SignalingSocket.JoinAsync(server, other, "Bob", role: "host"))
        {
            await ada.SendAsync(new { type = "recording", action = "start" });
            first = (await ada.AwaitAsync("recording")).Text("recordingId");
            // One that was stopped before stays stopped.
            await bob.SendAsync(new { type = "recording", action = "start" });
            await bob.AwaitAsync("recording");
            await bob.SendAsync(new { type = "recording", action = "stop" });
            var told = await bob.AwaitAsync("recording");
            while (told.Text("state") == "recording") told = await bob.AwaitAsync("recording");
            await server.RestartAsync();
        }

        await using var back = await SignalingSocket.JoinAsync(server, id, "Ada", role: "host");
        var again = await back.AwaitAsync("recording");
        while (again.Text("state") != "recording") again = await back.AwaitAsync("recording");
        Assert.NotEqual(first, again.Text("recordingId"));
        await using var elsewhere = await SignalingSocket.JoinAsync(server, other, "Bob", role: "host");
        await Eventually.TrueAsync("both are in the list", async () =>
            (await server.Client.GetAsync($"/api/meetings/{id}/recordings").JsonAsync()).GetProperty("items").GetArrayLength() == 2);
        Assert.Equal(1, (await server.Client.GetAsync($"/api/meetings/{other}/recordings").JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var id = await CreateAsync(server, "{}");
        await server.Client.PostAsync($"/api/meetings/{id}/recording/stop", null).ProblemAsync(HttpStatusCode.Conflict, "wrong-state");
        await server.Client.PostAsync("/api/meetings/mtg_0123456789ab/recording/start", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await server.Client.PostAsync($"/api/meetings/{id}/end", null).JsonAsync();
        await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).ProblemAsync(HttpStatusCode.Gone, "meeting-ended");
    }

    [Fact]
    public async Task A_plan_without_recording_says_so()
    {
        await using var server = await TestServer.StartAsync("Tertulia:DefaultPlan=free");
        var id = await CreateAsync(server, "{}");
        await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).ProblemAsync(HttpStatusCode.PaymentRequired, "plan-limit-reached");
    }

    [Fact]
    public async Task The_end_of_a_meeting_ends_its_recording()
    {
        await using var server = await TestServer.StartAsync();
        var id = await CreateAsync(server, "{}");
        await server.Client.PostAsync($"/api/meetings/{id}/recording/start", null).JsonAsync();
        await server.Client.PostAsync($"/api/meetings/{id}/end", null).JsonAsync();
        await Eventually.TrueAsync("it is ready", async () => (await FirstAsync(server, id)).Text("status") == "ready", TimeSpan.FromSeconds(60));
        List<string> types = [];
        await Eventually.TrueAsync("both are told", async () =>
        {
            types = [.. (await server.Services.GetRequiredService<EventStore>().ListAsync(id, null, 100)).Items.Select(item => item.Type)];
            return types.Contains("recording.ready");
        });
        Assert.Contains("recording.started", types);
    }

    private static async Task<string> CreateAsync(TestServer server, string body) =>
        (await server.Client.PostAsync("/api/meetings", new StringContent(body, System.Text.Encoding.UTF8, "application/json")).JsonAsync(HttpStatusCode.Created)).Text("meetingId");

    private static async Task<System.Text.Json.JsonElement> FirstAsync(TestServer server, string id) =>
        (await server.Client.GetAsync($"/api/meetings/{id}/recordings").JsonAsync()).GetProperty("items")[0];
}
