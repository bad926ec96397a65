using System.Net;
using System.Security.Cryptography;
using Tertulia.Contracts;
using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Objects;
using Tertulia.Objects;
using Tertulia.Server.Tests.Support;
using Tertulia.Storage;

namespace Tertulia.Server.Tests.Hosting;

/// <summary>A bucket is configured for a server that has files already, and the server is killed in the middle of uploading one.</summary>
public sealed class BucketDurabilityTests : IDisposable
{
    private const string Meeting = "mtg_0123456789ab";
    private const string Key = Meeting + "/rec_1/grid.mp4";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-bucket-").FullName;

    [S3Fact]
    public async Task An_upload_goes_on_after_kill_9_and_the_first_link_leads_to_the_bucket()
    {
        var content = RandomNumberGenerator.GetBytes(20 * 1024 * 1024);
        var link = await LeaveFileAsync(content);
        await using var s3 = await S3Server.StartAsync();
        await using var proxy = new S3Proxy(s3.Url);
        var reached = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        var others = proxy.PartsComeAsync(3);
        proxy.Cut = async request =>
        {
            if (!request.Contains("partNumber=3", StringComparison.Ordinal) || killed.Task.IsCompleted) return false;
            await others;
            reached.TrySetResult();
            await killed.Task;
            return true;
        };
        (string, string)[] environment =
        [
            ("Tertulia__Storage__S3__Bucket", S3Server.Bucket), ("Tertulia__Storage__S3__Endpoint", proxy.Url.AbsoluteUri),
            ("Tertulia__Storage__S3__AccessKey", S3Server.Key), ("Tertulia__Storage__S3__SecretKey", S3Server.Key),
            ("Tertulia__Storage__S3__PartMebibytes", "5"),
        ];
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        await using (var server = await ServerProcess.StartAsync(_folder, environment))
        {
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
            using var meanwhile = await browser.GetAsync(new Uri(server.Url, link));
            Assert.Equal(content, await meanwhile.Content.ReadAsByteArrayAsync());
            await server.KillAsync();
        }
        proxy.Requests.Clear();
        killed.SetResult();

        await using var again = await ServerProcess.StartAsync(_folder, environment);
        var presigned = await Eventually.GetAsync("the bucket has it", async () =>
        {
            using var answer = await browser.GetAsync(new Uri(again.Url, link));
            return answer.StatusCode == HttpStatusCode.Redirect ? answer.Headers.Location : null;
        });
        Assert.StartsWith(proxy.Url.AbsoluteUri, presigned.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(content, await browser.GetByteArrayAsync(presigned));
        Assert.Equal(1, proxy.PartsSent);
        await Eventually.TrueAsync("the folder is empty", () => Task.FromResult(!File.Exists(Path.Combine(_folder, "objects", Key))));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // As a server without a bucket leaves it behind.
    private async Task<string> LeaveFileAsync(byte[] content)
    {
        await using var database = await Database.OpenAsync(null, _folder);
        var now = DateTimeOffset.UtcNow;
        await new AccountStore(database).InsertAsync(new AccountRecord(DefaultAccount.Id, "Default", Plan.Unlimited, now));
        await new MeetingStore(database).InsertAsync(new MeetingRecord(Meeting, DefaultAccount.Id, "Kept", new MeetingSettings(), 50, now));
        var links = await SignedLinks.LoadAsync(new SecretStore(database), TimeProvider.System);
        var store = new ObjectStore(new ObjectIndex(database), Path.Combine(_folder, "objects"), "main", null, links, TimeProvider.System);
        Assert.True(await store.PutAsync(new ObjectAnnouncement(Key, Meeting, "video/mp4", "Kept.mp4"), content));
        return store.LinkTo(Key, TimeSpan.FromHours(1));
    }
}
