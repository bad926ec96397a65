namespace Tertulia.Rtc.Codecs;

/// <summary>Pixels of a picture as its key frame says.</summary>
public readonly record struct PictureSize(int Width, int Height)
{
    public override string ToString() => $"{Width}x{Height}";
}
