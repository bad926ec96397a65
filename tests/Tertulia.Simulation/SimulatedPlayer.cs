using System.Buffers.Binary;
using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Simulation;

/// <summary>
/// What a browser's jitter buffer and decoder would make of one received stream: frames decode in order, once complete and
/// only from a key frame on.
/// </summary>
public sealed class SimulatedPlayer
{
    private const int SeamTolerance = 64;

    private readonly SimulatedLayerDecoder _layers;

    private readonly SortedDictionary<long, Piece> _pieces = [];
    private long _nextExpected = -1;
    private uint? _lastTimestamp;
    private int _lastPictureId = -1;
    private byte _lastTl0;
    private Instant _lastDecodedAt = Instant.Never;
    private TimeSpan _averagePause = TimeSpan.FromMilliseconds(33);

    public SimulatedPlayer(ReceiveStream stream)
    {
        Stream = stream;
        _layers = new SimulatedLayerDecoder((at, piece) => Shown(at, piece.Timestamp, piece.Mark.IsKey, piece.Mark.Height));
    }

    public ReceiveStream Stream { get; }

    public long Packets { get; private set; }

    public long FramesDecoded { get; private set; }

    public long KeyFramesDecoded { get; private set; }

    /// <summary>Longest time between two decoded frames.</summary>
    public TimeSpan LongestFreeze { get; private set; }

    /// <summary>How often, and for how long altogether, the picture froze as W3C's statistics count it (freezeCount, totalFreezesDuration).</summary>
    public int Freezes { get; private set; }

    public TimeSpan FrozenFor { get; private set; }

    /// <summary>Frames whose picture id did not follow the one before: a decoder would have taken that for loss.</summary>
    public long Seams { get; private set; }

    /// <summary>Frames whose timestamp went back or leapt by more than ten seconds.</summary>
    public long TimestampLeaps { get; private set; }

    /// <summary>Rows of the last decoded frame.</summary>
    public int Height { get; private set; }

    public Instant LastDecodedAt => _lastDecodedAt;

    /// <summary>Told of every decoded frame: when, on the player's clock, and its rows.</summary>
    public Action<Instant, int>? FrameDecoded { get; set; }

    /// <summary>It gets a stream in spatial layers.</summary>
    public bool IsLayered { get; private set; }

    /// <summary>Decoding is stuck behind a gap that only a key frame can end.</summary>
    public bool NeedsKeyFrame { get; private set; }

    /// <summary>What is heard of an audio stream.</summary>
    public SimulatedEar Ear { get; } = new();

    public void ResetFreeze() => (LongestFreeze, Freezes, FrozenFor) = (TimeSpan.Zero, 0, TimeSpan.Zero);

    public void OnPacket(Instant now, in ReceivedRtp packet)
    {
        Packets++;
        if (packet.Stream.Kind == MediaKind.Audio)
        {
            Ear.OnPacket(now, packet);
            return;
        }

        if (packet.Codec.Kind == CodecKind.Vp9)
        {
            IsLayered = true;
            NeedsKeyFrame = _layers.OnPacket(now, packet);
            return;
        }

        if (packet.Payload.Length < SimulatedCamera.HeaderLength || !Vp8PayloadDescriptor.TryParse(packet.Payload, out var descriptor)) return;

        var sequence = packet.SequenceNumber.Value;
        if (sequence < _nextExpected) return;
        _pieces[sequence] = new Piece(packet.Timestamp, packet.Marker, packet.StartsKeyFrame, descriptor.PictureId ?? 0,
            descriptor.Tl0PictureIndex ?? 0, BinaryPrimitives.ReadUInt16LittleEndian(packet.Payload[(SimulatedCamera.DescriptorLength + 8)..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet.Payload[SimulatedCamera.FrameNumberOffset..]),
            packet.Payload[SimulatedCamera.FrameNumberOffset + 4], packet.Payload[SimulatedCamera.FrameNumberOffset + 5]);
        while (TryDecode(now))
        {
        }
    }

    private bool TryDecode(Instant now)
    {
        // In order, or a later key frame when there is a gap.
        if (TryTakeFrame(_nextExpected, out var frame) || TrySkipToKeyFrame(out frame))
        {
            Decoded(now, frame);
            return true;
        }

        NeedsKeyFrame = _pieces.Count > SeamTolerance;
        return false;
    }

    private bool TrySkipToKeyFrame(out Piece frame)
    {
        foreach (var (sequence, piece) in _pieces)
        {
            if (piece.StartsKeyFrame && TryTakeFrame(sequence, out frame)) return true;
        }

        frame = default;
        return false;
    }

    private bool TryTakeFrame(long first, out Piece frame)
    {
        if (!_pieces.TryGetValue(first, out frame) || frame.Index != 0) return false;
        for (var i = 1; i < frame.Count; i++)
        {
            if (!_pieces.TryGetValue(first + i, out var piece) || piece.Frame != frame.Frame || piece.Index != i) return false;
        }

        _nextExpected = first + frame.Count;
        foreach (var old in _pieces.Keys.TakeWhile(key => key < _nextExpected).ToList()) _pieces.Remove(old);
        return true;
    }

    private void Decoded(Instant now, in Piece frame)
    {
        if (_lastPictureId >= 0 && !frame.StartsKeyFrame && frame.PictureId != ((_lastPictureId + 1) & 0x7fff)) Seams++;
        if (_lastPictureId >= 0 && !frame.StartsKeyFrame && (byte)(frame.Tl0 - _lastTl0) > 1) Seams++;
        (_lastPictureId, _lastTl0) = (frame.PictureId, frame.Tl0);
        NeedsKeyFrame = false;
        Shown(now, frame.Timestamp, frame.StartsKeyFrame, frame.Height);
    }

    private void Shown(Instant now, uint timestamp, bool isKey, int height)
    {
        FramesDecoded++;
        if (isKey) KeyFramesDecoded++;
        if (_lastDecodedAt != Instant.Never) CountFreeze(now - _lastDecodedAt);
        if (_lastTimestamp is { } last && timestamp - last is 0 or > 900_000) TimestampLeaps++;
        (_lastDecodedAt, _lastTimestamp) = (now, timestamp);
        Height = height;
        FrameDecoded?.Invoke(now, height);
    }

    private void CountFreeze(TimeSpan pause)
    {
        if (pause > LongestFreeze) LongestFreeze = pause;
        if (pause > _averagePause * 3 && pause > _averagePause + TimeSpan.FromMilliseconds(150))
        {
            Freezes++;
            FrozenFor += pause;
        }

        _averagePause += (pause - _averagePause) / 30;
    }

    private readonly record struct Piece(uint Timestamp, bool Marker, bool StartsKeyFrame, int PictureId, byte Tl0, int Height, uint Frame, byte Index, byte Count);
}
