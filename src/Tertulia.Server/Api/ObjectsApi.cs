using System.Net.Http.Headers;
using Tertulia.Objects;
using Tertulia.Storage;
using EntityTag = Microsoft.Net.Http.Headers.EntityTagHeaderValue;

namespace Tertulia.Server.Api;

/// <summary>
/// What signed links lead to: a file from this server's folder, with ranges so that players can seek; or, for what is in the bucket, a
/// link of the bucket's own.
/// </summary>
internal static class ObjectsApi
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_presigned = TimeSpan.FromHours(6);

    // Captions are fetched by scripts, and not every bucket is set up to allow that (CORS): small texts come from here.
    private const long SmallText = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(ObjectStore.LinkPrefix + "{**key}", ["GET", "HEAD"], FetchAsync).ExcludeFromDescription();

    private static async Task<IResult> FetchAsync(HttpContext context, string key, ObjectStore store, SignedLinks links)
    {
        RequireValid(context, links, ObjectStore.LinkPrefix + key);
        if (await store.FindAsync(key, context.RequestAborted) is not { } record) throw ApiProblem.ObjectUnknown();
        switch (record.State)
        {
            case ObjectStates.Announced:
                throw ApiProblem.ObjectNotYet(s_retryAfter);
            case ObjectStates.Failed:
                throw ApiProblem.ObjectFailed(record.Error);
        }
        var disposition = DispositionOf(record, download: context.Request.Query["download"] == "1");
        if (record.State == ObjectStates.Stored && !IsSmallText(record))
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Redirect(await store.PresignAsync(record, s_presigned, disposition));
        }
        var content = await store.OpenReadAsync(record, context.RequestAborted) ?? throw ApiProblem.ObjectUnknown();
        context.Response.Headers.ContentDisposition = disposition;
        context.Response.Headers.CacheControl = "private, max-age=300";
        var tag = new EntityTag($"\"{record.Sha256}\"");
        return content.CanSeek
            ? Results.Stream(content, ContentTypeOf(record), lastModified: record.CreatedAt, entityTag: tag, enableRangeProcessing: true)
            : Results.Stream(content, ContentTypeOf(record), entityTag: tag);
    }

    /// <summary>Refuses what is no link of ours, or one no more.</summary>
    public static void RequireValid(HttpContext context, SignedLinks links, string path)
    {
        var query = context.Request.Query;
        var state = links.Verify(path, query["expires"], query["signature"]);
        if (state != LinkState.Valid) throw ApiProblem.LinkInvalid(expired: state == LinkState.Expired);
    }

    private static bool IsSmallText(ObjectRecord record) =>
        record.Size <= SmallText && record.ContentType.StartsWith("text/", StringComparison.Ordinal);

    private static string ContentTypeOf(ObjectRecord record) =>
        record.ContentType.StartsWith("text/", StringComparison.Ordinal) && !record.ContentType.Contains("charset", StringComparison.Ordinal)
            ? record.ContentType + "; charset=utf-8"
            : record.ContentType;

    private static string DispositionOf(ObjectRecord record, bool download) => new ContentDispositionHeaderValue(download ? "attachment" : "inline")
    {
        FileName = string.Concat(record.FileName.Select(c => c is > ' ' and <= '~' and not ('"' or '\\' or '%') ? c : '_')),
        FileNameStar = record.FileName,
    }.ToString();
}
