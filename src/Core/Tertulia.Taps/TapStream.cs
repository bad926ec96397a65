using Tertulia.Rtc.Codecs;

namespace Tertulia.Taps;

/// <summary>What a tapped stream shows or carries.</summary>
public enum TapSource : byte
{
    Microphone,
    Camera,
    Screen,
    ScreenAudio,
}

/// <summary>
/// One RTP stream as a tap hears it: one encoding of one participant's source. When a larger picture becomes available, or the one that
/// was recorded is sent no more, the stream ends and another of the same source begins, with numbers and timestamps of its own.
/// </summary>
/// <param name="Id">Distinct among all streams that one tap hears.</param>
/// <param name="Publisher">The participant's peer id.</param>
/// <param name="Codec">Of its first packet; each packet names its own.</param>
/// <param name="ClockRate">Of the timestamps, in Hz.</param>
/// <param name="Layer">Place among the source's simulcast encodings; 0 is the smallest picture.</param>
public sealed record TapStream(int Id, string Publisher, TapSource Source, CodecKind Codec, int ClockRate, int Layer)
{
    public bool IsVideo => Source is TapSource.Camera or TapSource.Screen;
}
