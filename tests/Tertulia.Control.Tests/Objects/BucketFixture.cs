using Microsoft.Extensions.Logging.Abstractions;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Objects;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Objects;

/// <summary>A folder, a real bucket behind a proxy that can misbehave, and a clock of its own.</summary>
internal sealed class BucketFixture : IAsyncDisposable
{
    public const string Meeting = "mtg_000000000001";
    public const int Part = 5 * 1024 * 1024;

    private readonly TestDatabase _database;
    private SignedLinks _links = null!;

    private BucketFixture(TestDatabase database, S3Server s3) => (_database, S3, Proxy) = (database, s3, new S3Proxy(s3.Url));

    public ManualTime Time { get; } = new();

    public S3Server S3 { get; }

    public S3Proxy Proxy { get; }

    public ObjectIndex Index => new(_database.Database);

    public static async Task<BucketFixture> CreateAsync()
    {
        var fixture = new BucketFixture(await TestDatabase.CreateAsync(Engine.Sqlite), await S3Server.StartAsync());
        await fixture._database.AddMeetingAsync(Meeting);
        fixture._links = await SignedLinks.LoadAsync(new SecretStore(fixture._database.Database), fixture.Time);
        return fixture;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await S3.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>A server that knows only what stands in the database.</summary>
    public (ObjectStore Store, ObjectWorker Worker) Start()
    {
        var bucket = new S3Bucket(new S3Options(
            S3Server.Bucket, "us-east-1", Proxy.Url, null, S3Server.Key, S3Server.Key, "tertulia/", PathStyle: true, PartBytes: Part));
        var store = new ObjectStore(Index, Path.Combine(_database.Folder, "objects"), "main", bucket, _links, Time);
        return (store, new ObjectWorker(store, Index, Time, NullLogger<ObjectWorker>.Instance));
    }

    public async Task<(string Key, byte[] Content)> PutAsync(ObjectStore store, string name, byte[] content)
    {
        var announced = new ObjectAnnouncement($"{Meeting}/rec_1/{name}", Meeting, "video/mp4", name);
        Assert.True(await store.AnnounceAsync(announced));
        var file = Path.Combine(_database.Folder, name);
        await File.WriteAllBytesAsync(file, content);
        Assert.True(await store.PutFileAsync(announced.Key, file));
        return (announced.Key, content);
    }

    public string[] FilesInFolder() => Directory.GetFiles(Path.Combine(_database.Folder, "objects"), "*", SearchOption.AllDirectories);

    public static async Task<byte[]> ReadAsync(ObjectStore store, string key)
    {
        await using var stream = (await store.OpenReadAsync((await store.FindAsync(key))!))!;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
