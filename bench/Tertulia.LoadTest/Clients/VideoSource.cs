using System.Buffers.Binary;
using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.LoadTest.Clients;

/// <summary>
/// One VP8 encoding as a real encoder and packetizer make it: frames at a steady rate whose sizes scatter around the target, larger where
/// other frames build on them, key frames on request, pictures and sublayers counted. Allocates nothing.
/// </summary>
internal sealed class VideoSource
{
    private const int MaxPayload = 1160; // with header, extensions and tag about 1,200 bytes
    private const int DescriptorLength = 6;

    // How many times an ordinary frame a key frame is, and how far ordinary ones scatter.
    private const double KeyFrameSize = 6;
    private const double LeastSize = 0.7;
    private const double Scatter = 0.6;

    // Four frames of three sublayers, and their share of the bits (libvpx's default for screen-less calls).
    private static readonly byte[] s_temporalPattern = [0, 2, 1, 2];
    private static readonly double[] s_temporalSize = [1.6, 1.0, 0.7];

    private readonly MediaSender _sender;
    private readonly SendStream _stream;
    private readonly byte _payloadType;
    private readonly Encoding _encoding;
    private readonly MediaProfile _profile;
    private readonly TimeSpan _interval;
    private readonly byte[] _payload = new byte[MaxPayload];
    private uint _random;
    private ushort _sequenceNumber;
    private ushort _pictureId;
    private byte _tl0;
    private byte _temporal;
    private int _position;
    private bool _isKey;
    private bool _isFirst;
    private uint _timestamp;
    private int _remainingBytes;

    public VideoSource(MediaSender sender, SendStream stream, byte payloadType, Encoding encoding, MediaProfile profile, uint seed)
    {
        (_sender, _stream, _payloadType, _encoding, _profile) = (sender, stream, payloadType, encoding, profile);
        _random = seed | 1;
        _sequenceNumber = (ushort)(seed & 0x7fff);
        _pictureId = (ushort)(seed >> 17);
        _interval = TimeSpan.FromSeconds(1 / profile.FramesPerSecond);
    }

    public SendStream Stream => _stream;

    public bool KeyFrameRequested { get; set; } = true;

    /// <summary>When the next frame comes out of the encoder.</summary>
    public Instant NextFrameAt { get; private set; } = Instant.Zero;

    /// <summary>The current frame is not sent to its end.</summary>
    public bool HasPackets => _remainingBytes > 0;

    /// <summary>Encodes the frame that is due, if one is; what is left of the one before is then given up.</summary>
    public void Encode(Instant now, Instant firstFrameAt)
    {
        if (NextFrameAt == Instant.Zero) NextFrameAt = firstFrameAt;
        if (now < NextFrameAt) return;
        NextFrameAt = Instant.Max(NextFrameAt + _interval, now - _interval);
        if (!_sender.IsConnected) return;
        _isKey = KeyFrameRequested;
        KeyFrameRequested = false;
        if (_isKey) _position = 0;
        _temporal = Math.Min(s_temporalPattern[_position++ % s_temporalPattern.Length], (byte)(_profile.TemporalLayers - 1));
        if (_temporal == 0) _tl0++;
        _pictureId = (ushort)((_pictureId + 1) & 0x7fff);
        _timestamp = (uint)(now.Ticks * 9 / 1000);
        _stream.SetClockAnchor(now, _timestamp, clockRate: 90_000);
        _remainingBytes = _profile.Burst > 0 ? _profile.Burst * (MaxPayload - DescriptorLength) : FrameSize();
        _isFirst = true;
    }

    /// <summary>Sends the next packet of the frame.</summary>
    /// <returns>Its payload's length.</returns>
    public int SendNext(Instant now, DatagramBatch outbox)
    {
        var length = Math.Max(Math.Min(_remainingBytes, MaxPayload - DescriptorLength), Stamp.VideoOffset + Stamp.Length - DescriptorLength);
        _remainingBytes -= length;
        WriteHeader();
        _isFirst = false;
        Stamp.Write(_payload.AsSpan(Stamp.VideoOffset));
        _sender.Send(now, _stream, new OutgoingRtp(_payloadType, !HasPackets, _sequenceNumber++, _timestamp), _payload.AsSpan(0, DescriptorLength + length), outbox);
        return DescriptorLength + length;
    }

    private int FrameSize()
    {
        // xorshift32 (Marsaglia).
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        var size = _encoding.BitsPerSecond / 8.0 / _profile.FramesPerSecond * (LeastSize + Scatter * (_random / (double)uint.MaxValue));
        if (_isKey) return (int)(size * KeyFrameSize);
        return (int)(_profile.TemporalLayers == 3 ? size * s_temporalSize[_temporal] : size);
    }

    private void WriteHeader()
    {
        // RFC 7741 section 4.2: X, S on the first packet; I, L and T present; 15-bit picture id; TL0PICIDX; TID with Y.
        _payload[0] = (byte)(0x80 | (_isFirst ? 0x10 : 0));
        _payload[1] = 0xe0;
        BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(2), (ushort)(_pictureId | 0x8000));
        _payload[4] = _tl0;
        _payload[5] = (byte)(_temporal << 6 | (_temporal > 0 ? 0x20 : 0));

        // RFC 6386 section 9.1.
        var frame = _payload.AsSpan(DescriptorLength);
        frame[0] = (byte)(_isKey ? 0 : 1);
        frame[1] = frame[2] = 0;
        (frame[3], frame[4], frame[5]) = (0x9d, 0x01, 0x2a);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[6..], (ushort)_encoding.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[8..], (ushort)_encoding.Height);
    }
}
