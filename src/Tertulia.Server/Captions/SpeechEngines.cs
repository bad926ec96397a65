using Tertulia.Speech.Engines;
using Tertulia.Speech.Engines.Endpoint;
using Tertulia.Speech.Engines.PocketSphinx;

namespace Tertulia.Server.Captions;

/// <summary>Which engine this server has.</summary>
internal static class SpeechEngines
{
    /// <summary>Null if there is none, with the reason in words for the operator.</summary>
    public static (ISpeechEngine? Engine, string? Missing) Create(SpeechOptions options, TimeProvider clock)
    {
        var name = options.Engine == SpeechEngineNames.Auto
            ? options.Endpoint is null ? SpeechEngineNames.PocketSphinx : SpeechEngineNames.Endpoint
            : options.Engine;
        if (name == SpeechEngineNames.None) return (null, "it is switched off (Tertulia__Speech__Engine=none)");
        if (name == SpeechEngineNames.Endpoint) return (new TranscriptionEndpointEngine(options.Endpoint!, clock), null);
        return PocketSphinxEngine.IsAvailable(SphinxModel.English)
            ? (new PocketSphinxEngine(SphinxModel.English, options.Decoders), null)
            : (null, "PocketSphinx is not installed (packages libpocketsphinx3, pocketsphinx-en-us and libopus0), and Tertulia__Speech__Url names no endpoint");
    }
}
