using System.Runtime.InteropServices;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Speech.Voice;
using Tertulia.Taps;

namespace Tertulia.CaptionQuality;

/// <summary>Sends audio into a tap as a browser's microphone would: Opus, 20 ms a packet.</summary>
internal sealed unsafe partial class OpusMicrophone : IDisposable
{
    private const int ApplicationVoip = 2048;
    private const int SetBitrate = 4002;
    private const int SetInbandFec = 4012;
    private const int SetPacketLoss = 4014;

    private static int s_streams;

    private nint _encoder = opus_encoder_create(SpeechAudio.SampleRate, 1, ApplicationVoip, out _);
    private readonly IMediaTap _tap;
    private readonly Random _random = new(1);
    private readonly Instant _start;
    private long _frames;

    public OpusMicrophone(IMediaTap tap, string publisher, Instant start)
    {
        (_tap, _start) = (tap, start);
        _ = opus_encoder_ctl(_encoder, SetBitrate, 32_000);
        _ = opus_encoder_ctl(_encoder, SetInbandFec, 1);
        _ = opus_encoder_ctl(_encoder, SetPacketLoss, 5);
        Stream = new(++s_streams, publisher, TapSource.Microphone, CodecKind.Opus, 48_000, 0);
        tap.OnStream(start, Stream);
    }

    public TapStream Stream { get; }

    /// <summary>Share of packets that never arrive.</summary>
    public double Loss { get; init; }

    public Instant Now => _start + _frames * SpeechAudio.FrameDuration;

    public void Send(ReadOnlySpan<short> samples)
    {
        for (; samples.Length >= SpeechAudio.FrameSamples; samples = samples[SpeechAudio.FrameSamples..]) SendFrame(samples[..SpeechAudio.FrameSamples]);
    }

    /// <summary>The sender's pause: the clock goes on, no packets.</summary>
    public void Pause(TimeSpan duration) => _frames += duration.Ticks / SpeechAudio.FrameDuration.Ticks;

    public void Dispose()
    {
        if (_encoder == 0) return;
        _tap.OnStreamEnded(Now, Stream);
        opus_encoder_destroy(_encoder);
        _encoder = 0;
    }

    private void SendFrame(ReadOnlySpan<short> frame)
    {
        Span<byte> packet = stackalloc byte[400];
        int length;
        fixed (short* pcm = frame)
        fixed (byte* data = packet)
        {
            length = opus_encode(_encoder, pcm, frame.Length, data, packet.Length);
        }

        var number = _frames++;
        if (_random.NextDouble() < Loss) return;
        _tap.OnPacket(new TappedPacket
        {
            Stream = Stream,
            At = Now,
            Codec = CodecKind.Opus,
            SequenceNumber = new ExtendedSequenceNumber(65_000 + number),
            Timestamp = (uint)(uint.MaxValue - 96_000 + number * 960),
            Marker = false,
            Payload = packet[..length],
        });
    }

    [LibraryImport("libopus.so.0")]
    private static partial nint opus_encoder_create(int sampleRate, int channels, int application, out int error);

    [LibraryImport("libopus.so.0")]
    private static partial int opus_encode(nint encoder, short* pcm, int frameSize, byte* data, int maxLength);

    [LibraryImport("libopus.so.0")]
    private static partial int opus_encoder_ctl(nint encoder, int request, int value);

    [LibraryImport("libopus.so.0")]
    private static partial void opus_encoder_destroy(nint encoder);
}
