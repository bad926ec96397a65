namespace Tertulia.Opus;

/// <summary>Opus (RFC 6716) to PCM of whatever rate and number of channels is asked for: libopus resamples and mixes by itself.</summary>
public sealed unsafe class OpusDecoder : IDisposable
{
    private readonly int _channels;
    private nint _decoder;

    /// <param name="sampleRate">8, 12, 16, 24 or 48 kHz.</param>
    /// <param name="channels">1, or 2 interleaved.</param>
    /// <exception cref="DllNotFoundException">libopus is not installed.</exception>
    public OpusDecoder(int sampleRate, int channels)
    {
        _channels = channels;
        _decoder = LibOpus.opus_decoder_create(sampleRate, channels, out var error);
        if (_decoder == 0) throw new InvalidOperationException($"libopus made no decoder: {error}.");
    }

    /// <summary>Samples per channel of the longest packet that Opus knows: 120 ms (section 3.2.5).</summary>
    public static int LongestPacket(int sampleRate) => sampleRate * 120 / 1000;

    /// <summary>Samples per channel that a packet says it holds; 0 for what is no Opus packet.</summary>
    public static int SamplesOf(ReadOnlySpan<byte> packet, int sampleRate)
    {
        if (packet.IsEmpty) return 0;
        fixed (byte* data = packet) return Math.Max(LibOpus.opus_packet_get_nb_samples(data, packet.Length, sampleRate), 0);
    }

    /// <returns>Samples per channel that were written; 0 if the packet is damaged.</returns>
    public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm) => Run(packet, pcm, fec: false);

    /// <summary>Fills <paramref name="pcm"/>, lost just before <paramref name="next"/>, from the redundancy in it where there is some.</summary>
    public int Recover(ReadOnlySpan<byte> next, Span<short> pcm) => Run(next, pcm, fec: true);

    /// <summary>Fills <paramref name="pcm"/>, a multiple of 2.5 ms, with what the sound before suggests.</summary>
    public int Conceal(Span<short> pcm) => Run(default, pcm, fec: false);

    public void Dispose()
    {
        if (_decoder != 0) LibOpus.opus_decoder_destroy(_decoder);
        _decoder = 0;
    }

    private int Run(ReadOnlySpan<byte> packet, Span<short> pcm, bool fec)
    {
        ObjectDisposedException.ThrowIf(_decoder == 0, this);
        fixed (byte* data = packet)
        fixed (short* output = pcm)
        {
            return Math.Max(LibOpus.opus_decode(_decoder, data, packet.Length, output, pcm.Length / _channels, fec ? 1 : 0), 0);
        }
    }
}
