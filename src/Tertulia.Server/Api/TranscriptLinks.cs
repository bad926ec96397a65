using System.Globalization;
using Tertulia.Contracts.Transcripts;
using Tertulia.Objects;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>A transcript as WebVTT for those who have a signed link. Before anything was said it is a valid file without cues.</summary>
internal static class TranscriptLinks
{
    private const string Prefix = "/transcripts/";

    public static string PathOf(string meetingId) => $"{Prefix}{meetingId}.vtt";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Prefix + "{id}.vtt", FetchAsync).ExcludeFromDescription();

    private static async Task<IResult> FetchAsync(HttpContext context, string id, SignedLinks links, TranscriptStore store)
    {
        ObjectsApi.RequireValid(context, links, PathOf(id));
        var from = double.TryParse(context.Request.Query["from"], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : 0;
        var lines = (await store.ListAsync(id, null, int.MaxValue - 1, null, context.RequestAborted)).Items;
        var cues = lines.Select(TranscriptApi.Cue).Where(cue => cue.End > from).Select(cue => cue with { Start = Math.Max(0, cue.Start - from), End = cue.End - from });
        return Results.Text(TranscriptFile.ToWebVtt(cues), $"{TranscriptFile.WebVttType}; charset=utf-8");
    }
}
