using Tertulia.Rtc.Net;

namespace Tertulia.Taps;

/// <summary>
/// Listens to a room: the best encoding of each source, or what else its <see cref="TapOptions"/> ask for. Calls come one at a time, a
/// stream's first call being <see cref="OnStream"/>. A tap that is attached to a room itself is called on the loop's thread and must
/// neither wait nor throw; one that is attached through the media node is called on a thread of its own and may do both.
/// </summary>
public interface IMediaTap
{
    void OnStream(Instant now, TapStream stream);

    void OnPacket(in TappedPacket packet);

    /// <summary>The publisher's clock: the sample with <paramref name="timestamp"/> was captured at <paramref name="capturedAt"/>.
    /// What one participant sends is in sync when it is played by these.</summary>
    void OnClock(TapStream stream, Instant capturedAt, uint timestamp);

    void OnStreamEnded(Instant now, TapStream stream);

    /// <summary>Packets were lost between the room and this tap, because it was too slow.</summary>
    void OnDropped(Instant now, long packets);

    /// <summary>The room is no more, or the tap was taken off: nothing follows.</summary>
    void OnClosed(Instant now);
}

/// <summary>What a tap wants to hear.</summary>
public sealed record TapOptions
{
    public bool Audio { get; init; } = true;

    public bool Video { get; init; } = true;

    /// <summary>Of the simulcast encodings the smallest that has so many rows, or else the largest.</summary>
    public int VideoHeight { get; init; } = int.MaxValue;
}
