using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Audio;

/// <summary>Opus (RFC 6716) to the one form of audio that speech recognition takes; libopus resamples and mixes down by itself.</summary>
internal sealed unsafe class OpusDecoder : IDisposable
{
    /// <summary>The longest packet that Opus knows: 120 ms.</summary>
    public const int MaxSamples = SpeechAudio.SampleRate * 120 / 1000;

    private nint _decoder;

    /// <exception cref="DllNotFoundException">libopus is not installed.</exception>
    public OpusDecoder()
    {
        _decoder = LibOpus.opus_decoder_create(SpeechAudio.SampleRate, channels: 1, out var error);
        if (_decoder == 0) throw new InvalidOperationException($"libopus made no decoder: {error}.");
    }

    /// <summary>How much audio a packet says it holds; 0 for what is no Opus packet.</summary>
    public static int SamplesOf(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty) return 0;
        fixed (byte* data = packet) return Math.Max(LibOpus.opus_packet_get_nb_samples(data, packet.Length, SpeechAudio.SampleRate), 0);
    }

    /// <returns>Samples written; 0 if the packet is damaged.</returns>
    public int Decode(ReadOnlySpan<byte> packet, Span<short> pcm) => Run(packet, pcm, pcm.Length, fec: false);

    /// <summary>Fills <paramref name="pcm"/>, lost just before <paramref name="next"/>, from the redundancy in it where there is some.</summary>
    public int Recover(ReadOnlySpan<byte> next, Span<short> pcm) => Run(next, pcm, pcm.Length, fec: true);

    /// <summary>Fills <paramref name="pcm"/> with what the sound before suggests.</summary>
    public int Conceal(Span<short> pcm) => Run(default, pcm, pcm.Length, fec: false);

    public void Dispose()
    {
        if (_decoder != 0) LibOpus.opus_decoder_destroy(_decoder);
        _decoder = 0;
    }

    private int Run(ReadOnlySpan<byte> packet, Span<short> pcm, int frameSize, bool fec)
    {
        ObjectDisposedException.ThrowIf(_decoder == 0, this);
        fixed (byte* data = packet)
        fixed (short* output = pcm)
        {
            return Math.Max(LibOpus.opus_decode(_decoder, data, packet.Length, output, frameSize, fec ? 1 : 0), 0);
        }
    }
}
