using System.Buffers;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;

namespace Tertulia.Taps;

/// <summary>
/// Puts the packets of one stream into order and makes frames of them. What was lost is waited for, since it may be repaired; then frames
/// that a decoder cannot use are left out until it can go on: at a key frame, or where no frame of the base layer is missing.
/// </summary>
/// <param name="stream">Packets of other streams must not be given.</param>
/// <param name="patience">How long a missing packet is waited for.</param>
public sealed class FrameAssembler(TapStream stream, TimeSpan patience, FrameHandler handler)
{
    // More than this is held only of a stream that jumps in its numbers.
    private const int MaxHeld = 4096;

    private readonly SortedDictionary<long, Held> _held = [];
    private readonly VideoFrameBuilder? _video = stream.IsVideo ? new(stream, handler) : null;
    private long _next = -1;
    private bool _lossBefore;
    private uint _lastTimestamp;
    private bool _anyAudio;

    public TapStream Stream { get; } = stream;

    /// <summary>Packets that never came.</summary>
    public long PacketsLost { get; private set; }

    /// <summary>Frames that were damaged, or of no use to a decoder because others were.</summary>
    public long FramesDropped => _video?.FramesDropped ?? 0;

    public void Add(in TappedPacket packet)
    {
        var number = packet.SequenceNumber.Value;
        if (_next < 0) _next = number;
        if (number < _next || _held.ContainsKey(number)) return;
        if (number == _next && _held.Count == 0)
        {
            Take(packet);
        }
        else
        {
            _held.Add(number, new Held(packet));
        }

        Release(packet.At, all: false);
    }

    /// <summary>Nothing more will come.</summary>
    public void Flush() => Release(Instant.Never, all: true);

    private void Release(Instant now, bool all)
    {
        while (_held.Count > 0)
        {
            var (number, held) = First();
            if (number != _next)
            {
                if (!all && _held.Count < MaxHeld && now - held.At < patience) return;
                PacketsLost += number - _next;
                _lossBefore = true;
                _next = number;
            }

            _held.Remove(number);
            Take(held.AsPacket(Stream, number));
            held.Return();
        }
    }

    private (long Number, Held Held) First()
    {
        using var all = _held.GetEnumerator();
        all.MoveNext();
        return (all.Current.Key, all.Current.Value);
    }

    private void Take(in TappedPacket packet)
    {
        _next = packet.SequenceNumber.Value + 1;
        var lossBefore = _lossBefore;
        _lossBefore = false;
        if (_video is not null) _video.Add(packet, lossBefore);
        else if (packet.Codec == CodecKind.Red) TakeRedundant(packet, lossBefore);
        else EmitAudio(packet, packet.Timestamp, packet.Payload, lossBefore);
    }

    /// <summary>RFC 2198: what earlier packets said is repeated; it serves where those were lost.</summary>
    private void TakeRedundant(in TappedPacket packet, bool lossBefore)
    {
        if (!RedPayload.TryParse(packet.Payload, out var blocks)) return;
        foreach (var block in blocks)
        {
            var timestamp = packet.Timestamp - block.TimestampOffset;
            if (block.Data.IsEmpty || (_anyAudio && (int)(timestamp - _lastTimestamp) <= 0)) continue;
            if (!block.IsPrimary && !_anyAudio) continue;
            EmitAudio(packet, timestamp, block.Data, lossBefore);
            lossBefore = false;
        }
    }

    private void EmitAudio(in TappedPacket packet, uint timestamp, ReadOnlySpan<byte> data, bool lossBefore)
    {
        _lastTimestamp = timestamp;
        _anyAudio = true;
        if (data.IsEmpty) return;
        handler(new MediaFrame
        {
            Stream = Stream,
            Codec = CodecKind.Opus,
            Timestamp = timestamp,
            At = packet.At,
            IsKeyFrame = true,
            FollowsLoss = lossBefore,
            AudioLevel = packet.AudioLevel,
            Data = data,
        });
    }

    /// <summary>A packet that waits for those before it.</summary>
    private sealed class Held
    {
        private readonly byte[] _payload;
        private readonly int _length;
        private readonly CodecKind _codec;
        private readonly uint _timestamp;
        private readonly bool _marker, _startsKeyFrame;
        private readonly byte? _audioLevel, _orientation;
        private readonly byte _spatial, _temporal;

        public Held(in TappedPacket packet)
        {
            At = packet.At;
            _payload = ArrayPool<byte>.Shared.Rent(packet.Payload.Length);
            _length = packet.Payload.Length;
            packet.Payload.CopyTo(_payload);
            (_codec, _timestamp, _marker, _startsKeyFrame) = (packet.Codec, packet.Timestamp, packet.Marker, packet.StartsKeyFrame);
            (_audioLevel, _orientation, _spatial, _temporal) = (packet.AudioLevel, packet.VideoOrientation, packet.SpatialId, packet.TemporalId);
        }

        public Instant At { get; }

        public TappedPacket AsPacket(TapStream stream, long number) => new()
        {
            Stream = stream,
            At = At,
            Codec = _codec,
            SequenceNumber = new(number),
            Timestamp = _timestamp,
            Marker = _marker,
            StartsKeyFrame = _startsKeyFrame,
            AudioLevel = _audioLevel,
            VideoOrientation = _orientation,
            SpatialId = _spatial,
            TemporalId = _temporal,
            Payload = _payload.AsSpan(0, _length),
        };

        public void Return() => ArrayPool<byte>.Shared.Return(_payload);
    }
}
