using Tertulia.Objects;

namespace Tertulia.Server.Hosting;

/// <summary>The settings of <c>Tertulia:Storage:S3</c>.</summary>
internal static class BucketReader
{
    private const string UsualRegion = "us-east-1";

    /// <summary>Null if no bucket is named, and nothing else either.</summary>
    public static S3Options? Read(ConfigurationReader s3)
    {
        var endpoint = ReadUrl(s3, "Endpoint");
        var publicEndpoint = ReadUrl(s3, "PublicEndpoint");
        var (accessKey, secretKey) = (s3.Text("AccessKey"), s3.Text("SecretKey"));
        var pathStyle = s3.Flag("PathStyle") ?? endpoint is not null;
        var partMebibytes = s3.Number("PartMebibytes", 5, 1024) ?? 16;
        var prefix = s3.Text("Prefix")?.Trim('/') is { Length: > 0 } given ? given + "/" : "";
        var region = s3.Text("Region") ?? UsualRegion;
        if (s3.Text("Bucket") is not { } bucket)
        {
            if (endpoint is not null || accessKey is not null) s3.Mistake("Bucket", "must be named, since other settings of the store are there");
            return null;
        }
        if (accessKey is null != secretKey is null) s3.Mistake(accessKey is null ? "AccessKey" : "SecretKey", "must be set: only the other of the two is");
        return new(bucket, region, endpoint, publicEndpoint, accessKey, secretKey, prefix, pathStyle, partMebibytes * 1024 * 1024);
    }

    private static Uri? ReadUrl(ConfigurationReader s3, string name)
    {
        if (s3.Text(name) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        s3.Mistake(name, $"must be an http or https address, but is '{text}'");
        return null;
    }
}
