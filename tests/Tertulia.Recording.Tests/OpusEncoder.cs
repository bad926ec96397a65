using System.Runtime.InteropServices;

namespace Tertulia.Recording.Tests;

/// <summary>libopus: 20 ms of mono sound at 48 kHz to a packet.</summary>
internal sealed unsafe partial class OpusEncoder : IDisposable
{
    public const int FrameSize = 960;
    private const int Audio = 2049;

    private readonly nint _encoder = opus_encoder_create(48_000, 1, Audio, out _);

    public byte[] Encode(ReadOnlySpan<short> pcm)
    {
        Span<byte> packet = stackalloc byte[1500];
        fixed (short* from = pcm)
        fixed (byte* to = packet)
        {
            var length = opus_encode(_encoder, from, FrameSize, to, packet.Length);
            return packet[..length].ToArray();
        }
    }

    public void Dispose() => opus_encoder_destroy(_encoder);

    [LibraryImport("libopus.so.0")]
    private static partial nint opus_encoder_create(int sampleRate, int channels, int application, out int error);

    [LibraryImport("libopus.so.0")]
    private static partial int opus_encode(nint encoder, short* pcm, int frameSize, byte* data, int maxBytes);

    [LibraryImport("libopus.so.0")]
    private static partial void opus_encoder_destroy(nint encoder);
}
