using Tertulia.Contracts.Rest;
using Tertulia.Server.Auth;
using Tertulia.Server.Captions;

namespace Tertulia.Server.Api;

/// <summary>What this server can write down.</summary>
internal static class TranscriptionApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/transcription", Read).WithTags("Transcripts").WithAccess(ApiAccess.Public)
            .WithName("getTranscription").WithSummary("Whether speech is recognised here, and in which languages; needs no key")
            .Produces<TranscriptionView>().WithProblems(429);

    private static IResult Read(CaptionService captions) =>
        Results.Ok(new TranscriptionView(captions.Problem is null, captions.Problem, captions.Languages));
}
