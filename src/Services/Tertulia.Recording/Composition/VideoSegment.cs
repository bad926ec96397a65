using Tertulia.Rtc.Codecs;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>A stretch of one participant's picture without a long pause, in a file of its own.</summary>
/// <param name="FirstFrame">Of the canvas' frame clock.</param>
/// <param name="QuarterTurns">Clockwise, before it is shown: phones send what their sensor sees (3GPP TS 26.114 section 7.4.5).</param>
internal sealed record VideoSegment(string Publisher, TapSource Source, CodecKind Codec, string Path, long FirstFrame, int QuarterTurns)
{
    /// <summary>The last frame of the canvas that shows it.</summary>
    public long LastFrame { get; set; } = FirstFrame;

    public bool Covers(long frame) => frame >= FirstFrame && frame <= LastFrame;
}
