using System.Globalization;
using System.Text;
using Tertulia.Contracts.Transcripts;
using Tertulia.Objects;
using Tertulia.Server.Hosting;
using Tertulia.Storage;
using EntityTag = Microsoft.Net.Http.Headers.EntityTagHeaderValue;

namespace Tertulia.Server.Api;

/// <summary>
/// A transcript as WebVTT for those who have a signed link, as it is when it is fetched. Before anything was said it is a valid file without
/// cues. For players, so with ranges, and for scripts of any origin; <c>?from=</c> moves the times to where a recording began.
/// </summary>
internal static class TranscriptLinks
{
    private const string Prefix = "/transcripts/";
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(24);

    public static string PathOf(string meetingId) => $"{Prefix}{meetingId}.vtt";

    public static string UrlOf(HttpContext context, SignedLinks links, PublicAddress address, string meetingId) =>
        address.BaseOf(context) + links.Sign(PathOf(meetingId), s_lifetime);

    /// <summary>For those whom no request asked for, such as webhooks.</summary>
    public static string UrlOf(SignedLinks links, PublicAddress address, string meetingId) => address.Base + links.Sign(PathOf(meetingId), s_lifetime);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Prefix + "{id}.vtt", ["GET", "HEAD"], FetchAsync).ExcludeFromDescription();

    private static async Task<IResult> FetchAsync(HttpContext context, string id, SignedLinks links, TranscriptStore store)
    {
        ObjectsApi.RequireValid(context, links, PathOf(id));
        var from = double.TryParse(context.Request.Query["from"], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : 0;
        var state = await store.StateAsync(id, context.RequestAborted);
        var lines = await store.ListAsync(id, context.RequestAborted);
        var cues = lines.Select(TranscriptApi.Cue).Where(cue => cue.End > from).Select(cue => cue with { Start = Math.Max(0, cue.Start - from), End = cue.End - from });
        context.Response.Headers.CacheControl = "private, no-cache";
        return Results.Bytes(
            Encoding.UTF8.GetBytes(TranscriptFile.ToWebVtt(cues)), TranscriptFile.WebVttType + "; charset=utf-8", enableRangeProcessing: true,
            entityTag: new EntityTag(string.Create(CultureInfo.InvariantCulture, $"\"{state.Revision}-{from}\"")));
    }
}
