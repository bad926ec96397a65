namespace Tertulia.Recording.Composition;

/// <summary>The one form of sound that films are mixed in: 16 bits, interleaved.</summary>
internal static class Sound
{
    public const int SampleRate = 48_000;
    public const int Channels = 2;
}
