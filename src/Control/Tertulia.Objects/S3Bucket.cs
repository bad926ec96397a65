using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Tertulia.Storage;

namespace Tertulia.Objects;

/// <summary>
/// One bucket. Every request that carries bytes carries their MD5 as well (RFC 1864), which all implementations of the protocol check;
/// the newer trailing checksums are understood by some only.
/// </summary>
public sealed class S3Bucket : IDisposable
{
    internal const string HashMetadata = "sha256";

    private readonly S3Options _options;
    private readonly AmazonS3Client _client;
    private readonly AmazonS3Client _presigner;
    private bool? _keepsVersions;

    public S3Bucket(S3Options options)
    {
        _options = options;
        _client = Connect(options, options.Endpoint);
        _presigner = options.PublicEndpoint is null ? _client : Connect(options, options.PublicEndpoint);
    }

    internal IAmazonS3 Client => _client;

    internal string Name => _options.Bucket;

    internal int PartBytes => _options.PartBytes;

    internal string KeyOf(string key) => _options.Prefix + key;

    public async Task<Stream> OpenReadAsync(string key, CancellationToken cancellation) =>
        (await _client.GetObjectAsync(Name, KeyOf(key), cancellation)).ResponseStream;

    public Task<string> PresignAsync(ObjectRecord record, TimeSpan lifetime, string disposition) => _presigner.GetPreSignedURLAsync(new GetPreSignedUrlRequest
    {
        BucketName = Name,
        Key = KeyOf(record.Key),
        Expires = DateTime.UtcNow + lifetime,
        Protocol = (_options.PublicEndpoint ?? _options.Endpoint)?.Scheme == "http" ? Protocol.HTTP : Protocol.HTTPS,
        ResponseHeaderOverrides = { ContentType = record.ContentType, ContentDisposition = disposition },
    });

    /// <summary>True if the bucket has exactly this file.</summary>
    internal async Task<bool> HasAsync(ObjectRecord record, CancellationToken cancellation)
    {
        try
        {
            var found = await _client.GetObjectMetadataAsync(Name, KeyOf(record.Key), cancellation);
            return found.ContentLength == record.Size && found.Metadata[HashMetadata] == record.Sha256;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Deletes a file in every version that the bucket kept, and what was uploaded of one that never got whole.</summary>
    internal async Task DeleteAsync(ObjectRecord record, CancellationToken cancellation)
    {
        if (record.UploadId is { } upload) await AbortAsync(record.Key, upload, cancellation);
        if (await KeepsVersionsAsync(cancellation)) await DeleteVersionsAsync(KeyOf(record.Key), cancellation);
        else await _client.DeleteObjectAsync(Name, KeyOf(record.Key), cancellation);
    }

    internal async Task AbortAsync(string key, string upload, CancellationToken cancellation)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(Name, KeyOf(key), upload, cancellation);
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            // It was completed or forgotten before; or these parts are left to the rules of the bucket.
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _presigner.Dispose();
    }

    private async Task<bool> KeepsVersionsAsync(CancellationToken cancellation)
    {
        if (_keepsVersions is { } known) return known;
        try
        {
            var versioning = await _client.GetBucketVersioningAsync(Name, cancellation);
            _keepsVersions = versioning.VersioningConfig?.Status is { } status && status != VersionStatus.Off;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError or HttpStatusCode.NotImplemented)
        {
            // It does not know of versions, or does not tell us.
            _keepsVersions = false;
        }
        return _keepsVersions.Value;
    }

    private async Task DeleteVersionsAsync(string key, CancellationToken cancellation)
    {
        var request = new ListVersionsRequest { BucketName = Name, Prefix = key };
        while (true)
        {
            var page = await _client.ListVersionsAsync(request, cancellation);
            foreach (var version in (page.Versions ?? []).Where(version => version.Key == key))
                await _client.DeleteObjectAsync(Name, key, version.VersionId, cancellation);
            if (page.IsTruncated is not true) return;
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
    }

    private static AmazonS3Client Connect(S3Options options, Uri? endpoint)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 1,
            AuthenticationRegion = options.Region,
        };
        if (endpoint is not null) config.ServiceURL = endpoint.AbsoluteUri;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is null
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }
}
