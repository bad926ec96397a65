using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Tertulia.Storage;

namespace Tertulia.Objects;

/// <summary>
/// Brings one file into the bucket: small ones at once, large ones in parts. The id of a multipart upload is noted before its first part,
/// so that whoever comes after a crash or an outage sends only what is missing.
/// </summary>
internal sealed class S3Upload(S3Bucket bucket, ObjectIndex index, ObjectRecord record)
{
    // A single connection seldom fills a line; each of these holds a part in memory.
    private const int PartsAtOnce = 4;

    private string Key => bucket.KeyOf(record.Key);

    /// <summary>When it completes the bucket has the file, verified. Else it throws, and may be tried again.</summary>
    public async Task RunAsync(FileStream file, CancellationToken cancellation)
    {
        if (file.Length != record.Size) throw new IOException($"The file has {file.Length} bytes instead of {record.Size}.");
        if (record.Size <= bucket.PartBytes) await PutAsync(file, cancellation);
        else await PutPartsAsync(file, cancellation);
        if (!await bucket.HasAsync(record, cancellation)) throw new IOException("The bucket does not have what was uploaded.");
    }

    private async Task PutAsync(FileStream file, CancellationToken cancellation)
    {
        var content = new byte[record.Size];
        await file.ReadExactlyAsync(content, cancellation);
        var md5 = MD5.HashData(content);
        var answer = await bucket.Client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket.Name,
                Key = Key,
                ContentType = record.ContentType,
                InputStream = new MemoryStream(content),
                MD5Digest = Convert.ToBase64String(md5),
                UseChunkEncoding = false,
                Metadata = { [S3Bucket.HashMetadata] = record.Sha256 },
            },
            cancellation);
        Compare(answer.ETag, md5, answer.ServerSideEncryptionMethod);
    }

    private async Task PutPartsAsync(FileStream file, CancellationToken cancellation)
    {
        var (upload, there) = await ResumeAsync(cancellation);
        if (upload is null)
        {
            // The last attempt may have died between completing the upload and telling us.
            if (record.UploadId is not null && await bucket.HasAsync(record, cancellation)) return;
            upload = await BeginAsync(cancellation);
        }
        var parts = new PartETag[(file.Length + bucket.PartBytes - 1) / bucket.PartBytes];
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(1, parts.Length), atOnce, async (number, stopping) =>
        {
            var content = await ReadPartAsync(file, number, stopping);
            var md5 = MD5.HashData(content);
            var isThere = there.TryGetValue(number, out var part) && part.Size == content.Length && IsOf(part.ETag, md5);
            parts[number - 1] = new(number, isThere ? part!.ETag : await PutPartAsync(upload, number, content, md5, stopping));
        });
        await bucket.Client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = bucket.Name, Key = Key, UploadId = upload, PartETags = [.. parts] }, cancellation);
    }

    private async ValueTask<byte[]> ReadPartAsync(FileStream file, int number, CancellationToken cancellation)
    {
        var from = (long)(number - 1) * bucket.PartBytes;
        var content = new byte[Math.Min(bucket.PartBytes, file.Length - from)];
        for (var read = 0; read < content.Length;)
        {
            var more = await RandomAccess.ReadAsync(file.SafeFileHandle, content.AsMemory(read), from + read, cancellation);
            if (more == 0) throw new IOException("The file became shorter.");
            read += more;
        }

        return content;
    }

    private async Task<string> PutPartAsync(string upload, int number, byte[] content, byte[] md5, CancellationToken cancellation)
    {
        var answer = await bucket.Client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = bucket.Name,
                Key = Key,
                UploadId = upload,
                PartNumber = number,
                PartSize = content.Length,
                InputStream = new MemoryStream(content),
                MD5Digest = Convert.ToBase64String(md5),
                UseChunkEncoding = false,
            },
            cancellation);
        Compare(answer.ETag, md5, answer.ServerSideEncryptionMethod);
        return answer.ETag;
    }

    private async Task<string> BeginAsync(CancellationToken cancellation)
    {
        var begun = await bucket.Client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = bucket.Name, Key = Key, ContentType = record.ContentType, Metadata = { [S3Bucket.HashMetadata] = record.Sha256 },
            },
            cancellation);
        await index.NoteUploadAsync(record.Key, begun.UploadId, cancellation);
        return begun.UploadId;
    }

    /// <summary>The parts that an earlier attempt brought; no upload if there was none, or the bucket has forgotten it.</summary>
    private async Task<(string? Upload, Dictionary<int, PartDetail> There)> ResumeAsync(CancellationToken cancellation)
    {
        var there = new Dictionary<int, PartDetail>();
        if (record.UploadId is not { } upload) return (null, there);
        try
        {
            var request = new ListPartsRequest { BucketName = bucket.Name, Key = Key, UploadId = upload };
            while (true)
            {
                var page = await bucket.Client.ListPartsAsync(request, cancellation);
                foreach (var part in page.Parts ?? [])
                    if (part.PartNumber is { } number) there[number] = part;
                if (page.IsTruncated is not true) return (upload, there);
                request.PartNumberMarker = page.NextPartNumberMarker?.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return (null, there);
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            // Parts cannot be listed here: they are sent again, over those that are there.
            return (upload, there);
        }
    }

    // With keys of its own (SSE-KMS, SSE-C) the bucket's ETag is no MD5; then it has still compared ours with what it got.
    private static void Compare(string etag, byte[] md5, ServerSideEncryptionMethod? encryption)
    {
        var isMd5 = encryption is null || encryption == ServerSideEncryptionMethod.None || encryption == ServerSideEncryptionMethod.AES256;
        if (isMd5 && !IsOf(etag, md5)) throw new IOException($"The bucket got something else: its ETag is {etag}.");
    }

    private static bool IsOf(string? etag, byte[] md5) => string.Equals(etag?.Trim('"'), Convert.ToHexString(md5), StringComparison.OrdinalIgnoreCase);
}
