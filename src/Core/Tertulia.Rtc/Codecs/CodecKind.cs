namespace Tertulia.Rtc.Codecs;

/// <summary>What an RTP payload type carries.</summary>
public enum CodecKind
{
    Opus,
    Vp8,
    H264,
    Vp9,
    Av1,
    Red,
    Rtx,
    Ulpfec,
    FlexFec03,
    Other,
}
