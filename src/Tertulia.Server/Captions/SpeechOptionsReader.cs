using Tertulia.Server.Hosting;
using Tertulia.Speech.Engines.Endpoint;

namespace Tertulia.Server.Captions;

/// <summary>Reads <c>Tertulia:Speech</c>.</summary>
internal static class SpeechOptionsReader
{
    public static SpeechOptions Read(ConfigurationReader speech)
    {
        var usual = new SpeechOptions();
        var engine = speech.Text("Engine") ?? usual.Engine;
        if (!SpeechEngineNames.IsKnown(engine)) speech.Mistake("Engine", $"must be auto, pocketsphinx, endpoint or none, but is '{engine}'");
        var read = usual with
        {
            Engine = engine,
            Endpoint = ReadEndpoint(speech),
            Decoders = speech.Number("Decoders", 1, 64) ?? usual.Decoders,
        };
        if (engine == SpeechEngineNames.Endpoint && read.Endpoint is null) speech.Mistake("Url", "must be set, since the engine is an endpoint");
        return read;
    }

    private static EndpointOptions? ReadEndpoint(ConfigurationReader speech)
    {
        var text = speech.Text("Url");
        var (model, key) = (speech.Text("Model"), speech.Text("ApiKey"));
        var languages = speech.List<string>("Languages", TryTag, "language tags such as en or pt-BR");
        var (concurrency, timeout) = (speech.Number("Concurrency", 1, 256), speech.Number("TimeoutSeconds", 1, 300));
        var interim = speech.Number("InterimMilliseconds", 0, 10_000);
        if (text is null) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            speech.Mistake("Url", $"must be an http or https address such as http://localhost:8000/v1, but is '{text}'");
            return null;
        }

        var usual = new EndpointOptions { Url = url };
        return usual with
        {
            Model = model ?? usual.Model,
            ApiKey = key,
            Languages = languages ?? usual.Languages,
            Concurrency = concurrency ?? usual.Concurrency,
            Timeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : usual.Timeout,
            InterimEvery = interim is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : usual.InterimEvery,
        };
    }

    private static bool TryTag(string text, out string tag)
    {
        tag = text;
        return Api.MeetingRules.IsLanguageTag(text);
    }
}
