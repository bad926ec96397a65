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
    // A picture a little smaller than its tile is not seen to be; half its size is.
    private const double SufficientShare = 0.75;

    public bool IsHidden => Height == 0;

    /// <summary>Whether a larger picture than one of that many rows is of no use; 0 if it is not known how many it has.</summary>
    public bool IsFilledBy(int rows) => rows != 0 && rows >= Height * SufficientShare;
}
