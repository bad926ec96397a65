using System.Threading.Channels;
using Tertulia.Storage;

namespace Tertulia.Objects;

/// <summary>
/// Files that meetings leave behind. Each begins in the folder of this server; where a bucket is configured it is moved there, and the
/// folder's copy is deleted once the bucket's has been verified. Links to it are good from its announcement on, wherever it is.
/// </summary>
/// <param name="node">This server's name: files in its folder are its own to upload and to delete.</param>
public sealed class ObjectStore(ObjectIndex index, string folder, string node, S3Bucket? bucket, SignedLinks links, TimeProvider time)
{
    /// <summary>Before the key, in the path of a link.</summary>
    public const string LinkPrefix = "/objects/";

    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    internal ObjectFolder Folder { get; } = new(folder);

    internal S3Bucket? Bucket => bucket;

    internal string Node => node;

    /// <summary>Something was queued for the worker.</summary>
    internal ChannelReader<bool> Work => _work.Reader;

    /// <summary>From now on links to it answer "not yet". False if there is such a file already.</summary>
    public Task<bool> AnnounceAsync(ObjectAnnouncement announced, CancellationToken cancellation = default)
    {
        announced.Check();
        return index.AnnounceAsync(
            announced.Key, announced.MeetingId, announced.ContentType, announced.FileName, node, time.GetUtcNow(), cancellation);
    }

    /// <summary>
    /// Takes over a finished file that was announced: <paramref name="file"/> is moved away from where it is, and can be fetched when this
    /// completes. On the same file system nothing is copied. False if it is no longer wanted: then the file is gone.
    /// </summary>
    public async Task<bool> PutFileAsync(string key, string file, CancellationToken cancellation = default)
    {
        if (await index.FindAsync(key, cancellation) is not { State: ObjectStates.Announced })
        {
            File.Delete(file);
            return false;
        }
        var (size, sha256) = await Folder.TakeAsync(key, file, cancellation);
        return await FinishAsync(key, size, sha256);
    }

    /// <summary>Announces and stores something small.</summary>
    public async Task<bool> PutAsync(ObjectAnnouncement announced, ReadOnlyMemory<byte> content, CancellationToken cancellation = default)
    {
        if (!await AnnounceAsync(announced, cancellation)) return false;
        var (size, sha256) = await Folder.WriteAsync(announced.Key, content, cancellation);
        return await FinishAsync(announced.Key, size, sha256);
    }

    /// <summary>What was announced will not come; links to it say why. It may be announced again.</summary>
    public Task FailAsync(string key, string reason, CancellationToken cancellation = default) => index.MarkFailedAsync(key, reason, cancellation);

    /// <summary>Null if there is none, or no more.</summary>
    public async Task<ObjectRecord?> FindAsync(string key, CancellationToken cancellation = default) =>
        ObjectAnnouncement.IsKey(key) && await index.FindAsync(key, cancellation) is { State: not ObjectStates.Deleting } found ? found : null;

    public Task<IReadOnlyList<ObjectRecord>> ListAsync(string meetingId, CancellationToken cancellation = default) => index.ListAsync(meetingId, cancellation);

    /// <summary>The bytes, from wherever they are; null if they are not there.</summary>
    public async Task<Stream?> OpenReadAsync(ObjectRecord record, CancellationToken cancellation = default) => record.State switch
    {
        ObjectStates.Local => Folder.Open(record.Key),
        ObjectStates.Stored when bucket is not null => await bucket.OpenReadAsync(record.Key, cancellation),
        _ => null,
    };

    /// <summary>A link of the bucket itself, good for <paramref name="lifetime"/>.</summary>
    public Task<string> PresignAsync(ObjectRecord record, TimeSpan lifetime, string disposition) =>
        (bucket ?? throw new InvalidOperationException("No bucket is configured.")).PresignAsync(record, lifetime, disposition);

    /// <summary>A link that needs no key, without scheme and host. Add <c>&amp;download=1</c> to have browsers save instead of play it.</summary>
    public string LinkTo(string key, TimeSpan lifetime) => links.Sign(LinkPrefix + key, lifetime);

    /// <summary>At once nobody gets it any more; the bytes follow, also when the bucket cannot be reached now or this server dies.</summary>
    public async Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        await index.MarkDeletingAsync(key, time.GetUtcNow(), cancellation);
        Wake();
    }

    /// <summary>The same for everything of a meeting. Returns how many files that are.</summary>
    public async Task<int> DeleteMeetingAsync(string meetingId, CancellationToken cancellation = default)
    {
        var count = await index.MarkMeetingDeletingAsync(meetingId, time.GetUtcNow(), cancellation);
        Wake();
        return count;
    }

    /// <summary>Something was queued past this store.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    private async Task<bool> FinishAsync(string key, long size, string sha256)
    {
        var wanted = await index.MarkLocalAsync(key, size, sha256, bucket is null ? null : time.GetUtcNow(), CancellationToken.None);
        if (wanted) Wake();
        else if (await index.FindAsync(key, CancellationToken.None) is not { State: ObjectStates.Local }) Folder.Delete(key);
        return wanted;
    }
}
