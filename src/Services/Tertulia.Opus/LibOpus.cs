using System.Runtime.InteropServices;

namespace Tertulia.Opus;

/// <summary>The part of libopus that decoding needs.</summary>
internal static unsafe partial class LibOpus
{
    private const string Library = "libopus.so.0";

    [LibraryImport(Library)]
    public static partial nint opus_decoder_create(int sampleRate, int channels, out int error);

    /// <summary>Samples per channel, or a negative error. Without data the decoder conceals <paramref name="frameSize"/> samples.</summary>
    [LibraryImport(Library)]
    public static partial int opus_decode(nint decoder, byte* data, int length, short* pcm, int frameSize, int decodeFec);

    [LibraryImport(Library)]
    public static partial void opus_decoder_destroy(nint decoder);

    [LibraryImport(Library)]
    public static partial int opus_packet_get_nb_samples(byte* packet, int length, int sampleRate);
}
