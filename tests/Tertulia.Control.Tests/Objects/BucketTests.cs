using System.Net;
using System.Security.Cryptography;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Objects;

/// <summary>From the folder into a real bucket, with everything going wrong on the way.</summary>
public sealed class BucketTests
{
    [S3Fact]
    public async Task Small_and_large_files_arrive_whole_and_leave_the_folder()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        var small = await fixture.PutAsync(store, "small.vtt", RandomNumberGenerator.GetBytes(1_000));
        var large = await fixture.PutAsync(store, "large.mp4", RandomNumberGenerator.GetBytes(2 * BucketFixture.Part + 123));
        Assert.Equal([small.Content, large.Content], [await BucketFixture.ReadAsync(store, small.Key), await BucketFixture.ReadAsync(store, large.Key)]);

        await worker.WorkAsync(CancellationToken.None);

        Assert.Empty(fixture.FilesInFolder());
        Assert.Equal([small.Content, large.Content], [await BucketFixture.ReadAsync(store, small.Key), await BucketFixture.ReadAsync(store, large.Key)]);
        Assert.Equal(3, fixture.Proxy.PartsSent);
        var record = (await store.FindAsync(large.Key))!;
        Assert.Equal((ObjectStates.Stored, null), (record.State, record.UploadId));
        using var browser = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, await store.PresignAsync(record, TimeSpan.FromMinutes(5), "attachment"));
        request.Headers.Range = new(BucketFixture.Part - 10, BucketFixture.Part + 9);
        using var answer = await browser.SendAsync(request);
        Assert.Equal(large.Content[(BucketFixture.Part - 10)..(BucketFixture.Part + 10)], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("video/mp4", "attachment"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
    }

    [S3Fact]
    public async Task While_the_store_is_down_the_folder_serves_and_afterwards_it_is_caught_up()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        await fixture.S3.DownAsync();
        var put = await fixture.PutAsync(store, "large.mp4", RandomNumberGenerator.GetBytes(2 * BucketFixture.Part));
        await worker.WorkAsync(CancellationToken.None);
        var record = (await store.FindAsync(put.Key))!;
        Assert.Equal((ObjectStates.Local, 1), (record.State, record.Attempts));
        Assert.NotNull(record.Error);
        Assert.Equal(put.Content, await BucketFixture.ReadAsync(store, put.Key));
        // Not before its pause is over.
        var requests = fixture.Proxy.Requests.Count;
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal(requests, fixture.Proxy.Requests.Count);

        await fixture.S3.UpAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal(ObjectStates.Stored, (await store.FindAsync(put.Key))!.State);
        Assert.Equal(put.Content, await BucketFixture.ReadAsync(store, put.Key));
    }

    [S3Fact]
    public async Task After_an_outage_or_a_crash_in_the_middle_only_the_missing_parts_are_sent()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        var put = await fixture.PutAsync(store, "large.mp4", RandomNumberGenerator.GetBytes(4 * BucketFixture.Part));
        var others = fixture.Proxy.PartsComeAsync(3);
        fixture.Proxy.Cut = async request =>
        {
            if (!request.Contains("partNumber=3", StringComparison.Ordinal)) return false;
            await others;
            return true;
        };
        await worker.WorkAsync(CancellationToken.None);
        Assert.Single(fixture.FilesInFolder());
        Assert.Equal(ObjectStates.Local, (await store.FindAsync(put.Key))!.State);
        fixture.Proxy.Requests.Clear();
        fixture.Proxy.Cut = _ => Task.FromResult(false);

        // Another process, that knows only what stands in the database.
        (store, worker) = fixture.Start();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal(1, fixture.Proxy.PartsSent);
        Assert.Equal(put.Content, await BucketFixture.ReadAsync(store, put.Key));
        Assert.Empty(fixture.FilesInFolder());
    }

    [S3Fact]
    public async Task Parts_are_on_their_way_side_by_side()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        var put = await fixture.PutAsync(store, "large.mp4", RandomNumberGenerator.GetBytes(4 * BucketFixture.Part));
        var (came, all) = (0, new TaskCompletionSource());
        fixture.Proxy.Cut = async request =>
        {
            if (!request.Contains("partNumber=", StringComparison.Ordinal)) return false;
            // None is answered before all of them are there.
            if (Interlocked.Increment(ref came) == 4) all.SetResult();
            await all.Task.WaitAsync(TimeSpan.FromSeconds(20));
            return false;
        };
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal(ObjectStates.Stored, (await store.FindAsync(put.Key))!.State);
        Assert.Equal(put.Content, await BucketFixture.ReadAsync(store, put.Key));
    }

    [S3Fact]
    public async Task Where_the_end_of_an_upload_was_not_heard_it_is_not_repeated()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        var put = await fixture.PutAsync(store, "large.mp4", RandomNumberGenerator.GetBytes(2 * BucketFixture.Part));
        fixture.Proxy.Swallow = request => request.StartsWith("POST ", StringComparison.Ordinal) && request.Contains("uploadId=", StringComparison.Ordinal);
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal(ObjectStates.Local, (await store.FindAsync(put.Key))!.State);
        fixture.Proxy.Requests.Clear();
        fixture.Proxy.Swallow = _ => false;
        fixture.Proxy.Forget();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal((0, ObjectStates.Stored), (fixture.Proxy.PartsSent, (await store.FindAsync(put.Key))!.State));
    }

    [S3Fact]
    public async Task What_arrived_damaged_or_not_at_all_stays_in_the_folder()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        var put = await fixture.PutAsync(store, "small.mp4", RandomNumberGenerator.GetBytes(10_000));
        fixture.Proxy.Change = (request, body) =>
        {
            if (request.StartsWith("PUT ", StringComparison.Ordinal)) body[5_000] ^= 1;
            return body;
        };
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal((ObjectStates.Local, 1), ((await store.FindAsync(put.Key))!.State, fixture.FilesInFolder().Length));

        // A store that says yes and forgets: deleted as soon as it was put.
        fixture.Proxy.Change = (_, body) => body;
        fixture.Proxy.Cut = request => Task.FromResult(request.StartsWith("HEAD ", StringComparison.Ordinal));
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal((ObjectStates.Local, 1), ((await store.FindAsync(put.Key))!.State, fixture.FilesInFolder().Length));

        fixture.Proxy.Cut = _ => Task.FromResult(false);
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal((ObjectStates.Stored, 0), ((await store.FindAsync(put.Key))!.State, fixture.FilesInFolder().Length));
        Assert.Equal(put.Content, await BucketFixture.ReadAsync(store, put.Key));
    }

    [S3Fact]
    public async Task Deleted_is_deleted_everywhere_also_when_the_store_is_down_meanwhile()
    {
        await using var fixture = await BucketFixture.CreateAsync();
        var (store, worker) = fixture.Start();
        var stored = await fixture.PutAsync(store, "stored.mp4", RandomNumberGenerator.GetBytes(1_000));
        await worker.WorkAsync(CancellationToken.None);
        var local = await fixture.PutAsync(store, "local.mp4", RandomNumberGenerator.GetBytes(1_000));
        var record = (await store.FindAsync(stored.Key))!;
        await fixture.S3.DownAsync();

        Assert.Equal(2, await store.DeleteMeetingAsync(BucketFixture.Meeting));
        Assert.Null(await store.FindAsync(stored.Key));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Equal(2, (await fixture.Index.DueAsync("main", fixture.Time.GetUtcNow() + TimeSpan.FromDays(1), 10)).Count);

        await fixture.S3.UpAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        await worker.WorkAsync(CancellationToken.None);
        Assert.Empty(await fixture.Index.DueAsync("main", fixture.Time.GetUtcNow() + TimeSpan.FromDays(1), 10));
        Assert.Empty(fixture.FilesInFolder());
        using var browser = new HttpClient();
        using var answer = await browser.GetAsync(await store.PresignAsync(record, TimeSpan.FromMinutes(5), "inline"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(await store.PutFileAsync(local.Key, Path.GetTempFileName()));
    }
}
