using System.Buffers.Binary;
using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>
/// Makes packets as a browser's encoder would: frames at a steady rate, large key frames on request, picture ids counted. VP8, or VP9 in
/// three spatial layers that need each other in key pictures only (L3T3_KEY). Each packet carries its frame number and place, so that a
/// receiver can tell what it got.
/// </summary>
public sealed class SimulatedCamera
{
    /// <summary>Of the VP8 payload descriptor as it is written here.</summary>
    public const int DescriptorLength = 6;

    /// <summary>Where the frame number stands: behind the key frame's header (RFC 6386 section 9.1).</summary>
    public const int FrameNumberOffset = DescriptorLength + 10;
    public const int HeaderLength = FrameNumberOffset + 6;

    private const int MaxSpatialLayers = 3;
    private const int LongestLayerHeader = 40;

    // Temporal sublayers of four frames: each of the second sublayer comes between two of the first, those of the third between all.
    private static readonly byte[] TemporalPattern = [0, 2, 1, 2];
    private static readonly double[] SpatialShares = [0.08, 0.24, 0.68];
    private const int MaxPayload = 1150;

    private readonly MediaSender _sender;
    private readonly SendStream _stream;
    private readonly byte _payloadType;
    private readonly byte[] _payload = new byte[MaxPayload];
    private readonly bool _isLayered;
    private readonly Dictionary<ushort, (byte[] Payload, uint Timestamp, bool Marker, byte Temporal)> _history = [];
    private readonly byte? _rtxPayloadType;
    private ushort _sequenceNumber;
    private ushort _pictureId;
    private byte _tl0;
    private uint _frame;
    private uint _refers;
    private readonly uint[] _lastOfSublayer = new uint[3];
    private int _position;

    public SimulatedCamera(MediaSender sender, SendStream stream, byte payloadType, byte? rtxPayloadType, SeededEntropy entropy, CodecKind codec = CodecKind.Vp8)
    {
        _isLayered = codec == CodecKind.Vp9;
        _sender = sender;
        _stream = stream;
        _payloadType = payloadType;
        _rtxPayloadType = rtxPayloadType;
        _sequenceNumber = (ushort)entropy.NextUInt32();
        _pictureId = (ushort)(entropy.NextUInt32() & 0x7fff);
        _tl0 = (byte)entropy.NextUInt32();
    }

    public SendStream Stream => _stream;

    public int FramesPerSecond { get; set; } = 30;

    public long BitsPerSecond { get; set; } = 1_000_000;

    public int Width { get; set; } = 1280;

    public int Height { get; set; } = 720;

    /// <summary>1 to 3.</summary>
    public int TemporalLayers { get; set; } = 1;

    /// <summary>Of VP9: senders give up the largest where their line does not carry it.</summary>
    public int SpatialLayers { get; set; } = MaxSpatialLayers;

    /// <summary>False: what is lost of higher temporal sublayers is never sent again, as Chromium has it where VP9 has spatial layers.</summary>
    public bool RepairsSublayers { get; set; } = true;

    public bool IsOn { get; set; } = true;

    public Instant NextFrameAt { get; private set; } = Instant.Zero;

    /// <summary>Added to every RTP timestamp.</summary>
    public uint TimestampOffset { get; set; }

    /// <summary>Of the next packet.</summary>
    public ushort SequenceNumber { get => _sequenceNumber; set => _sequenceNumber = value; }

    public long KeyFrames { get; private set; }

    public long Frames => _frame;

    public bool KeyFrameRequested { get; set; } = true;

    public void Tick(Instant now, DatagramBatch outbox)
    {
        if (now < NextFrameAt) return;
        NextFrameAt = now + TimeSpan.FromSeconds(1.0 / FramesPerSecond);
        if (!IsOn || !_sender.IsConnected) return;

        var isKey = KeyFrameRequested;
        KeyFrameRequested = false;
        if (isKey) KeyFrames++;
        if (isKey) _position = 0;
        var temporal = Math.Min(TemporalPattern[_position++ % TemporalPattern.Length], (byte)(TemporalLayers - 1));
        _frame++;
        _pictureId = (ushort)((_pictureId + 1) & 0x7fff);
        if (temporal == 0) _tl0++;
        _refers = temporal == 2 ? Math.Max(_lastOfSublayer[0], _lastOfSublayer[1]) : _lastOfSublayer[0];
        _lastOfSublayer[temporal] = _frame;
        var timestamp = (uint)(now.Ticks * 9 / 1000) + TimestampOffset;
        _stream.SetClockAnchor(now, timestamp, clockRate: 90_000);
        var size = (int)(BitsPerSecond / 8 / FramesPerSecond) * (isKey ? 5 : 1);
        if (!_isLayered)
        {
            SendFrame(now, timestamp, isKey, 0, temporal, size, endsPicture: true, outbox);
            return;
        }

        for (byte spatial = 0; spatial < SpatialLayers; spatial++)
            SendFrame(now, timestamp, isKey, spatial, temporal, (int)(size * SpatialShares[spatial]), endsPicture: spatial == SpatialLayers - 1, outbox);
    }

    private void SendFrame(Instant now, uint timestamp, bool isKey, byte spatial, byte temporal, int size, bool endsPicture, DatagramBatch outbox)
    {
        var packets = Math.Max(1, (size + MaxPayload - 1) / MaxPayload);
        for (var i = 0; i < packets; i++)
        {
            var length = Math.Max(_isLayered ? LongestLayerHeader : HeaderLength, i == packets - 1 ? size - (packets - 1) * MaxPayload : MaxPayload);
            if (_isLayered) WriteLayerHeader(isKey, spatial, temporal, i, packets);
            else WriteHeader(isKey, temporal, i, packets);
            var payload = _payload.AsSpan(0, Math.Min(length, MaxPayload));
            var marker = endsPicture && i == packets - 1;
            _history[_sequenceNumber] = ([.. payload], timestamp, marker, temporal);
            _history.Remove((ushort)(_sequenceNumber - 1000));
            _sender.Send(now, _stream, new OutgoingRtp(_payloadType, marker, _sequenceNumber++, timestamp), payload, outbox);
        }
    }

    public void Resend(Instant now, ushort sequenceNumber, DatagramBatch outbox)
    {
        if (_rtxPayloadType is not { } payloadType || !_history.TryGetValue(sequenceNumber, out var sent)) return;
        if (sent.Temporal > 0 && !RepairsSublayers) return;
        var original = new OutgoingRtp(_payloadType, sent.Marker, sequenceNumber, sent.Timestamp);
        var length = sent.Payload.Length + 2;
        if (!_sender.TryBeginRetransmission(now, _stream, original, payloadType, length, outbox, out var slot)) return;
        sent.Payload.CopyTo(slot.Payload[2..]);
        _sender.FinishRetransmission(now, _stream, ref slot, length, outbox);
    }

    private void WriteHeader(bool isKey, byte temporal, int index, int count)
    {
        // RFC 7741 section 4.2: X, S on the first packet; I, L and T present; 15-bit picture id; TL0PICIDX; TID with Y.
        _payload[0] = (byte)(0x80 | (index == 0 ? 0x10 : 0));
        _payload[1] = 0xe0;
        BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(2), (ushort)(_pictureId | 0x8000));
        _payload[4] = _tl0;
        _payload[5] = (byte)(temporal << 6 | (temporal > 0 ? 0x20 : 0));

        var frame = _payload.AsSpan(DescriptorLength);
        frame[0] = (byte)(isKey ? 0 : 1);
        frame[1] = frame[2] = 0;
        (frame[3], frame[4], frame[5]) = (0x9d, 0x01, 0x2a);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[6..], (ushort)Width);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[8..], (ushort)Height);
        BinaryPrimitives.WriteUInt32BigEndian(_payload.AsSpan(FrameNumberOffset), _frame);
        _payload[FrameNumberOffset + 4] = (byte)index;
        _payload[FrameNumberOffset + 5] = (byte)count;
    }

    // RFC 9628 section 4.2, not in flexible mode; the scalability structure comes with the first packet of a key picture.
    private void WriteLayerHeader(bool isKey, byte spatial, byte temporal, int index, int count)
    {
        var isFirst = isKey && spatial == 0 && index == 0;
        var isReferenced = isKey && spatial < SpatialLayers - 1;
        _payload[0] = (byte)(0xa0 | (isKey ? 0 : 0x40) | (index == 0 ? 8 : 0) | (index == count - 1 ? 4 : 0) | (isFirst ? 2 : 0) | (isReferenced ? 0 : 1));
        BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(1), (ushort)(_pictureId | 0x8000));
        _payload[3] = (byte)(temporal << 5 | (temporal > 0 ? 0x10 : 0) | spatial << 1 | (isKey && spatial > 0 ? 1 : 0));
        _payload[4] = _tl0;
        var at = 5;
        if (isFirst)
        {
            _payload[at++] = (byte)((SpatialLayers - 1) << 5 | 0x10);
            for (var layer = MaxSpatialLayers - 1; layer >= MaxSpatialLayers - SpatialLayers; layer--, at += 4)
            {
                BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(at), (ushort)(Width >> layer));
                BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(at + 2), (ushort)(Height >> layer));
            }
        }

        new LayerFrameMark(_frame, (byte)index, (byte)count, isKey, (ushort)(Height >> (MaxSpatialLayers - 1 - spatial)), _refers).Write(_payload.AsSpan(at));
    }
}

/// <summary>What stands in the place of a layer frame's coded bits, so that a receiver can tell what it got.</summary>
/// <param name="Picture">Counts up by one.</param>
/// <param name="Index">Of the packet in its frame.</param>
/// <param name="Count">Packets of the frame.</param>
/// <param name="IsKey">The picture needs no other.</param>
/// <param name="Height">Rows of this layer.</param>
/// <param name="Refers">The picture before that this one needs.</param>
internal readonly record struct LayerFrameMark(uint Picture, byte Index, byte Count, bool IsKey, ushort Height, uint Refers)
{
    private const int Length = 13;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Picture);
        (destination[4], destination[5], destination[6]) = (Index, Count, (byte)(IsKey ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(destination[7..], Height);
        BinaryPrimitives.WriteUInt32BigEndian(destination[9..], Refers);
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out LayerFrameMark mark)
    {
        mark = default;
        if (source.Length < Length) return false;
        mark = new(BinaryPrimitives.ReadUInt32BigEndian(source), source[4], source[5], source[6] != 0, BinaryPrimitives.ReadUInt16BigEndian(source[7..]), BinaryPrimitives.ReadUInt32BigEndian(source[9..]));
        return true;
    }
}
