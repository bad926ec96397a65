using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.LoadTest.Clients;

/// <summary>Opus packets as a browser sends them: normally one in 20 ms, with its level (RFC 6464).</summary>
internal sealed class AudioSource(MediaSender sender, SendStream stream, byte payloadType, MediaProfile profile, uint seed)
{
    private const int TimestampStep = 960;
    private const byte SpeakingLevel = 30;
    private const byte VoiceActivity = 0x80;

    // Fullband CELT, 20 ms, mono, one frame (RFC 6716 section 3.1).
    private const byte TableOfContents = 31 << 3;

    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1 / profile.AudioPacketsPerSecond);

    private readonly byte[] _payload = [TableOfContents, .. new byte[Math.Max(profile.AudioBytes, Stamp.AudioOffset + Stamp.Length) - 1]];
    private ushort _sequenceNumber = (ushort)(seed & 0x7fff);
    private readonly double _phase = seed % 97 / 97.0; // not all microphones at the same moment
    private uint _timestamp = seed;

    public Instant NextAt { get; private set; } = Instant.Zero;

    public void Tick(Instant now, DatagramBatch outbox)
    {
        if (now < NextAt) return;

        // Late by a turn is caught up with; late by more is a pause.
        NextAt = Instant.Max(NextAt == Instant.Zero ? now + _interval * _phase : NextAt + _interval, now - _interval);
        if (!sender.IsConnected) return;
        _timestamp += TimestampStep;
        stream.SetClockAnchor(now, _timestamp, clockRate: 48_000);
        Stamp.Write(_payload.AsSpan(Stamp.AudioOffset));
        sender.Send(now, stream, new OutgoingRtp(payloadType, false, _sequenceNumber++, _timestamp) { AudioLevel = SpeakingLevel | VoiceActivity }, _payload, outbox);
    }
}
