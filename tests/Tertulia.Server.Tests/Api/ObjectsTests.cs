using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tertulia.Control.Tests.Storage;
using Tertulia.Objects;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

/// <summary>Signed links to files that are kept in this server's own folder.</summary>
public sealed class ObjectsTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task A_link_is_good_from_the_announcement_on_and_needs_no_key()
    {
        await using var server = await TestServer.StartAsync();
        var (store, announced) = await AnnounceAsync(server, "Stand-up – «Ünïcode».mp4");
        var link = store.LinkTo(announced.Key, TimeSpan.FromHours(1));

        using var early = await server.Anonymous.GetAsync(link);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.True(early.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal("object-not-ready", (await early.JsonAsync()).Text("code"));

        var file = Path.Combine(server.Folder, "rendered.mp4");
        await File.WriteAllBytesAsync(file, s_content);
        Assert.True(await store.PutFileAsync(announced.Key, file));
        Assert.False(File.Exists(file));

        using var answer = await server.Anonymous.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(s_content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("inline", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("Stand-up – «Ünïcode».mp4", answer.Content.Headers.ContentDisposition.FileNameStar);
        using var download = await server.Anonymous.GetAsync(link + "&download=1");
        Assert.Equal("attachment", download.Content.Headers.ContentDisposition!.DispositionType);
        await server.RestartAsync();
        Assert.Equal(s_content, await server.Anonymous.GetByteArrayAsync(link));
    }

    [Fact]
    public async Task Players_of_any_origin_may_seek()
    {
        await using var server = await TestServer.StartAsync();
        var (store, announced) = await AnnounceAsync(server);
        Assert.True(await store.PutAsync(announced, s_content));
        using var request = new HttpRequestMessage(HttpMethod.Get, store.LinkTo(announced.Key, TimeSpan.FromHours(1)));
        request.Headers.Range = new RangeHeaderValue(100, 199);
        request.Headers.Add("Origin", "https://elsewhere.example");

        using var part = await server.Anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("bytes 100-199/10000", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(s_content[100..200], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal("*", part.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Content-Range", part.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
        using var head = await server.Anonymous.SendAsync(new HttpRequestMessage(HttpMethod.Head, store.LinkTo(announced.Key, TimeSpan.FromHours(1))));
        Assert.Equal((HttpStatusCode.OK, 10_000L, "bytes"), (head.StatusCode, head.Content.Headers.ContentLength!.Value, head.Headers.AcceptRanges.Single()));
        using var beyond = new HttpRequestMessage(HttpMethod.Get, store.LinkTo(announced.Key, TimeSpan.FromHours(1)));
        beyond.Headers.Range = new RangeHeaderValue(20_000, null);
        using var refused = await server.Anonymous.SendAsync(beyond);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
    }

    // The first letter: of the last one some bits do not count.
    private static string Tampered(string link)
    {
        var first = link.IndexOf("signature=", StringComparison.Ordinal) + "signature=".Length;
        return link[..first] + (link[first] == 'A' ? 'B' : 'A') + link[(first + 1)..];
    }

    [Fact]
    public async Task A_link_cannot_be_forged_stretched_or_moved_to_another_file()
    {
        await using var server = await TestServer.StartAsync();
        var (store, announced) = await AnnounceAsync(server);
        await store.PutAsync(announced, s_content);
        var link = store.LinkTo(announced.Key, TimeSpan.FromHours(1));
        var expires = link.Split("expires=")[1].Split('&')[0];

        string[] forged =
        [
            ObjectStore.LinkPrefix + announced.Key,
            link.Split('&')[0],
            link.Replace(expires, "9999999999", StringComparison.Ordinal),
            link.Replace("grid", "cells", StringComparison.Ordinal),
            Tampered(link),
            link.Replace("signature=", "signature=%00", StringComparison.Ordinal),
            "/objects/..%2f..%2ftertulia.db?expires=1&signature=A",
        ];
        foreach (var each in forged)
        {
            using var answer = await server.Anonymous.GetAsync(each);
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{each}: {answer.StatusCode}");
        }
        await server.Anonymous.GetAsync(store.LinkTo(announced.Key, TimeSpan.FromSeconds(-2))).ProblemAsync(HttpStatusCode.Forbidden, "link-expired");
        await server.Anonymous.GetAsync(store.LinkTo(announced.MeetingId + "/none.mp4", TimeSpan.FromHours(1))).ProblemAsync(HttpStatusCode.NotFound, "object-unknown");
    }

    [Fact]
    public async Task What_failed_says_why_and_what_is_deleted_is_gone_from_the_disk()
    {
        await using var server = await TestServer.StartAsync();
        var (store, announced) = await AnnounceAsync(server);
        await store.FailAsync(announced.Key, "The encoder stopped.");
        var link = store.LinkTo(announced.Key, TimeSpan.FromHours(1));
        var problem = await server.Anonymous.GetAsync(link).ProblemAsync(HttpStatusCode.Gone, "object-failed");
        Assert.Equal("The encoder stopped.", problem.Text("detail"));

        Assert.True(await store.PutAsync(announced, Encoding.UTF8.GetBytes("again")));
        Assert.False(await store.PutAsync(announced, Encoding.UTF8.GetBytes("and again")));
        Assert.Equal("again", await server.Anonymous.GetStringAsync(link));
        var folder = Path.Combine(server.Folder, "objects");
        Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        Assert.Equal(1, await store.DeleteMeetingAsync(announced.MeetingId));
        await server.Anonymous.GetAsync(link).ProblemAsync(HttpStatusCode.NotFound, "object-unknown");
        await Eventually.TrueAsync("the file is deleted", () => Task.FromResult(Directory.GetFileSystemEntries(folder).Length == 0));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_deleted_meeting_is_gone_with_its_files(Engine engine)
    {
        await using var server = await TestServer.StartAsync(engine);
        var (store, announced) = await AnnounceAsync(server);
        await store.PutAsync(announced, s_content);
        using var other = await server.AddAccountAsync("acc_other");
        await other.DeleteAsync($"/api/meetings/{announced.MeetingId}").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");

        using var deleted = await server.Client.DeleteAsync($"/api/meetings/{announced.MeetingId}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        foreach (var path in (string[])["", "/events", "/chat", "/participants"])
            await server.Client.GetAsync($"/api/meetings/{announced.MeetingId}{path}").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await server.Client.DeleteAsync($"/api/meetings/{announced.MeetingId}").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await server.Client.PostAsync($"/api/meetings/{announced.MeetingId}/join", null).ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await server.Anonymous.GetAsync(store.LinkTo(announced.Key, TimeSpan.FromHours(1))).ProblemAsync(HttpStatusCode.NotFound, "object-unknown");
        await Eventually.TrueAsync("the file is deleted", () => Task.FromResult(!File.Exists(Path.Combine(server.Folder, "objects", announced.Key))));
        Assert.Equal(1, (await server.Client.GetAsync("/api/usage").JsonAsync()).GetProperty("meetingsCreated").GetInt32());
    }

    private static async Task<(ObjectStore Store, ObjectAnnouncement Announced)> AnnounceAsync(TestServer server, string name = "Recording.mp4")
    {
        var meeting = (await server.Client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created)).Text("meetingId");
        var store = server.Services.GetRequiredService<ObjectStore>();
        var announced = new ObjectAnnouncement($"{meeting}/rec_1/grid.mp4", meeting, "video/mp4", name);
        Assert.True(await store.AnnounceAsync(announced));
        return (store, announced);
    }
}
