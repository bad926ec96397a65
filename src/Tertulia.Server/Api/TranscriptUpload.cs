using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Transcripts;

namespace Tertulia.Server.Api;

/// <summary>
/// The body of an import: JSON as everywhere, or a WebVTT or SubRip file as other meeting tools write it, with <c>?startedAt=</c> and
/// <c>?language=</c> beside.
/// </summary>
internal sealed record TranscriptUpload(ImportTranscriptRequest Request) : IBindableFromHttpContext<TranscriptUpload>, IEndpointParameterMetadataProvider
{
    public static async ValueTask<TranscriptUpload?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is not (TranscriptFile.WebVttType or TranscriptFile.SubRipType))
        {
            return new((await Body<ImportTranscriptRequest>.BindAsync(context, parameter))!.Value);
        }
        var body = await RequestBody.ReadAsync(context);
        if (!Utf8.IsValid(body.Bytes.Span)) throw ApiProblem.BadRequest("malformed-file", "The file is not UTF-8");
        if (!CueReader.TryRead(Encoding.UTF8.GetString(body.Bytes.Span), out var cues, out var mistake))
        {
            throw ApiProblem.BadRequest("malformed-file", "The file is no WebVTT or SubRip", mistake);
        }
        var query = context.Request.Query;
        return new(new ImportTranscriptRequest(
            [.. cues.Select(cue => new ImportedLine(cue.Speaker ?? TranscriptRules.UnknownSpeaker, cue.Start, cue.End, cue.Text))],
            StartedAt(query["startedAt"]),
            query["language"].ToString() is { Length: > 0 } language ? language : null));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(
        new AcceptsMetadata(["application/json", TranscriptFile.WebVttType, TranscriptFile.SubRipType, Body.AnyType], typeof(ImportTranscriptRequest), isOptional: true));

    private static DateTimeOffset? StartedAt(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw ApiProblem.InvalidField("startedAt", "Must be a date and time such as 2026-01-31T09:00:00Z.");
    }
}
