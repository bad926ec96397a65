namespace Tertulia.Objects;

/// <summary>A bucket of Amazon S3 or of anything that speaks its protocol.</summary>
/// <param name="Endpoint">Where the protocol is spoken; null: Amazon's own endpoint of the region.</param>
/// <param name="PublicEndpoint">Where browsers reach it, if that is elsewhere.</param>
/// <param name="AccessKey">Null: the environment's credentials, as Amazon's tools find them.</param>
/// <param name="Prefix">Before every key: "" or something that ends with a slash.</param>
/// <param name="PathStyle">The bucket is in the path instead of the host name.</param>
/// <param name="PartBytes">Size of one part of a multipart upload; S3 wants at least 5 MiB.</param>
public sealed record S3Options(
    string Bucket,
    string Region,
    Uri? Endpoint = null,
    Uri? PublicEndpoint = null,
    string? AccessKey = null,
    string? SecretKey = null,
    string Prefix = "",
    bool PathStyle = false,
    int PartBytes = 16 * 1024 * 1024)
{
    /// <summary>Scheme and host of presigned links.</summary>
    public string BrowserOrigin
    {
        get
        {
            var endpoint = PublicEndpoint ?? Endpoint ?? new Uri($"https://s3.{Region}.amazonaws.com");
            return PathStyle ? endpoint.GetLeftPart(UriPartial.Authority) : $"{endpoint.Scheme}://{Bucket}.{endpoint.Authority}";
        }
    }
}
