using Tertulia.Contracts.Signaling;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings;

/// <summary>The media plane's sources and their names on the wire.</summary>
public static class TrackSources
{
    public static string NameOf(TrackSource source) => source switch
    {
        TrackSource.Microphone => SourceNames.Microphone,
        TrackSource.Camera => SourceNames.Camera,
        TrackSource.Screen => SourceNames.Screen,
        TrackSource.ScreenAudio => SourceNames.ScreenAudio,
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    public static bool TryParse(string name, out TrackSource source)
    {
        source = name switch
        {
            SourceNames.Camera => TrackSource.Camera,
            SourceNames.Screen => TrackSource.Screen,
            SourceNames.ScreenAudio => TrackSource.ScreenAudio,
            _ => TrackSource.Microphone,
        };
        return SourceNames.IsKnown(name);
    }

    /// <summary>For names that the reader of messages has checked.</summary>
    internal static TrackSource Parse(string name) =>
        TryParse(name, out var source) ? source : throw new ArgumentException($"'{name}' is no source.", nameof(name));
}
