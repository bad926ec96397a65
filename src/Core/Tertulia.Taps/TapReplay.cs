using System.Buffers.Binary;
using System.Text;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Taps;

/// <summary>Makes the calls of an <see cref="IMediaTap"/> again from what <see cref="TapRecord"/> wrote of them, in the same order.</summary>
public sealed class TapReplay
{
    private readonly Dictionary<int, TapStream> _streams = [];

    /// <summary>False if the record is malformed, of an unknown kind, or of a stream that was not announced: nothing was called then.</summary>
    public bool TryReplay(ReadOnlySpan<byte> record, IMediaTap tap)
    {
        if (record.Length < TapRecord.HeadLength) return false;
        var at = new Instant(BinaryPrimitives.ReadInt64LittleEndian(record[1..]));
        var id = BinaryPrimitives.ReadInt32LittleEndian(record[9..]);
        var fields = record[TapRecord.HeadLength..];
        switch ((TapRecordKind)record[0])
        {
            case TapRecordKind.Stream:
                if (!TryReadStream(id, fields, out var announced)) return false;
                _streams[id] = announced;
                tap.OnStream(at, announced);
                return true;
            case TapRecordKind.Packet:
                return _streams.TryGetValue(id, out var stream) && TryReplayPacket(at, stream, fields, tap);
            case TapRecordKind.Clock:
                if (fields.Length < 4 || !_streams.TryGetValue(id, out stream)) return false;
                tap.OnClock(stream, at, BinaryPrimitives.ReadUInt32LittleEndian(fields));
                return true;
            case TapRecordKind.StreamEnded:
                if (!_streams.Remove(id, out stream)) return false;
                tap.OnStreamEnded(at, stream);
                return true;
            case TapRecordKind.Dropped:
                if (fields.Length < 8) return false;
                tap.OnDropped(at, BinaryPrimitives.ReadInt64LittleEndian(fields));
                return true;
            case TapRecordKind.Closed:
                tap.OnClosed(at);
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadStream(int id, ReadOnlySpan<byte> fields, out TapStream stream)
    {
        stream = null!;
        if (fields.Length < 8 || fields.Length < 8 + fields[7]) return false;
        var codec = (CodecKind)fields[1];
        var clockRate = BinaryPrimitives.ReadInt32LittleEndian(fields[3..]);
        if (fields[0] > (byte)TapSource.ScreenAudio || !TapRecord.IsKnown(codec) || clockRate <= 0) return false;
        stream = new(id, Encoding.UTF8.GetString(fields.Slice(8, fields[7])), (TapSource)fields[0], codec, clockRate, fields[2]);
        return true;
    }

    private static bool TryReplayPacket(Instant at, TapStream stream, ReadOnlySpan<byte> fields, IMediaTap tap)
    {
        if (fields.Length < TapRecord.PacketHeadLength - TapRecord.HeadLength) return false;
        var flags = fields[12];
        var codec = (CodecKind)fields[13];
        if (!TapRecord.IsKnown(codec)) return false;
        tap.OnPacket(new TappedPacket
        {
            Stream = stream,
            At = at,
            Codec = codec,
            SequenceNumber = new ExtendedSequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(fields)),
            Timestamp = BinaryPrimitives.ReadUInt32LittleEndian(fields[8..]),
            Marker = (flags & TapRecord.MarkerFlag) != 0,
            StartsKeyFrame = (flags & TapRecord.KeyFlag) != 0,
            AudioLevel = (flags & TapRecord.LevelFlag) != 0 ? fields[14] : null,
            VideoOrientation = (flags & TapRecord.OrientationFlag) != 0 ? fields[15] : null,
            SpatialId = fields[16],
            TemporalId = fields[17],
            Payload = fields[19..],
        });
        return true;
    }
}
