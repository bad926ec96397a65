namespace Tertulia.Sfu.Allocation;

/// <summary>One remote video as it stands on a participant's screen.</summary>
/// <param name="Width">Device pixels.</param>
/// <param name="Height">Device pixels.</param>
public sealed record ViewItem(ParticipantId Publisher, TrackSource Source, int Width, int Height);

/// <summary>How important a video is to its receiver; more comes first.</summary>
internal enum VideoPriority
{
    Tile,
    ActiveSpeaker,
    Screen,
}

/// <summary>What a receiver wants of one video.</summary>
/// <param name="Height">Rows of pixels that it can show; 0 hides it, <see cref="int.MaxValue"/> when unknown.</param>
internal readonly record struct VideoDemand(int Height, VideoPriority Priority)
{
    public bool IsHidden => Height == 0;
}
