using System.Runtime.InteropServices;

namespace Tertulia.Recording.Composition;

/// <summary>libopus: packets to 48 kHz stereo.</summary>
internal sealed unsafe partial class OpusDecoder : IDisposable
{
    public const int SampleRate = 48_000;
    public const int Channels = 2;

    /// <summary>Sample frames of the longest packet: 120 ms (RFC 6716 section 3).</summary>
    public const int MaxFrames = SampleRate * 120 / 1000;

    private nint _decoder;

    /// <exception cref="DllNotFoundException">libopus.so.0 is not installed.</exception>
    public OpusDecoder()
    {
        _decoder = opus_decoder_create(SampleRate, Channels, out var error);
        if (error != 0) throw new InvalidOperationException($"libopus makes no decoder ({error}).");
    }

    /// <summary>Sample frames that were written to <paramref name="pcm"/>, interleaved; 0 for a damaged packet.</summary>
    public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm)
    {
        fixed (byte* data = packet)
        fixed (short* to = pcm)
        {
            return Math.Max(0, opus_decode(_decoder, data, packet.Length, to, pcm.Length / Channels, 0));
        }
    }

    /// <summary>Invents so many sample frames in place of what was lost; a multiple of 2.5 ms.</summary>
    public int Conceal(int frames, Span<short> pcm)
    {
        fixed (short* to = pcm) return Math.Max(0, opus_decode(_decoder, null, 0, to, frames, 0));
    }

    public void Dispose()
    {
        if (_decoder != 0) opus_decoder_destroy(_decoder);
        _decoder = 0;
    }

    [LibraryImport("libopus.so.0")]
    private static partial nint opus_decoder_create(int sampleRate, int channels, out int error);

    [LibraryImport("libopus.so.0")]
    private static partial int opus_decode(nint decoder, byte* data, int length, short* pcm, int frameSize, int fec);

    [LibraryImport("libopus.so.0")]
    private static partial void opus_decoder_destroy(nint decoder);
}
