using Tertulia.Speech.Engines.Endpoint;

namespace Tertulia.Server.Captions;

/// <summary>The settings under <c>Tertulia:Speech</c>.</summary>
public sealed record SpeechOptions
{
    /// <summary>One of <see cref="SpeechEngineNames"/>.</summary>
    public string Engine { get; init; } = SpeechEngineNames.Auto;

    /// <summary>Null: no endpoint is configured.</summary>
    public EndpointOptions? Endpoint { get; init; }

    /// <summary>PocketSphinx: how many people are understood at the same time.</summary>
    public int Decoders { get; init; } = Math.Clamp(2 * Environment.ProcessorCount, 4, 16);
}

public static class SpeechEngineNames
{
    /// <summary>The endpoint if one is configured, else PocketSphinx if it is installed.</summary>
    public const string Auto = "auto";

    public const string PocketSphinx = "pocketsphinx";
    public const string Endpoint = "endpoint";
    public const string None = "none";

    public static bool IsKnown(string name) => name is Auto or PocketSphinx or Endpoint or None;
}
