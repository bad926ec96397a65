using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>PCM in the container that every transcription endpoint reads.</summary>
internal static class WaveFile
{
    private const int HeaderLength = 44;

    // Whisper makes up text for a second's fraction: shorter utterances are padded with silence.
    private static readonly int LeastSamples = SpeechAudio.SampleRate * 12 / 10;

    public static byte[] Write(ReadOnlySpan<short> samples)
    {
        var data = Math.Max(samples.Length, LeastSamples) * sizeof(short);
        var file = new byte[HeaderLength + data];
        var header = file.AsSpan(0, HeaderLength);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], HeaderLength - 8 + data);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], SpeechAudio.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], SpeechAudio.SampleRate * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], data);
        MemoryMarshal.AsBytes(samples).CopyTo(file.AsSpan(HeaderLength));
        return file;
    }
}
