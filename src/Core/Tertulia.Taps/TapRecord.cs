using System.Buffers.Binary;
using System.Text;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;

namespace Tertulia.Taps;

/// <summary>What one call of an <see cref="IMediaTap"/> becomes in a queue or a file. Values are stored: they never change their meaning.</summary>
public enum TapRecordKind : byte
{
    Stream = 1,
    Packet = 2,
    Clock = 3,
    StreamEnded = 4,
    Dropped = 5,
    Closed = 6,
}

/// <summary>
/// Writes the calls of an <see cref="IMediaTap"/> as bytes; <see cref="TapReplay"/> makes the calls again. Little-endian: the kind, the
/// moment in ticks of 100 ns, the stream, then the kind's own fields. Every method returns the length, or 0 if the place is too small.
/// </summary>
public static class TapRecord
{
    /// <summary>Of every record: kind, moment, stream.</summary>
    public const int HeadLength = 13;

    /// <summary>Of a packet before its payload.</summary>
    public const int PacketHeadLength = HeadLength + 19;

    internal const byte MarkerFlag = 1, KeyFlag = 2, LevelFlag = 4, OrientationFlag = 8;

    // Peer ids are at most 64 characters.
    private const int MaxPublisherBytes = 255;

    public static int WriteStream(Span<byte> to, Instant now, TapStream stream)
    {
        var bytes = Encoding.UTF8.GetByteCount(stream.Publisher);
        var length = HeadLength + 8 + bytes;
        if (bytes > MaxPublisherBytes || to.Length < length) return 0;
        WriteHead(to, TapRecordKind.Stream, now, stream.Id);
        to[HeadLength] = (byte)stream.Source;
        to[HeadLength + 1] = (byte)stream.Codec;
        to[HeadLength + 2] = (byte)Math.Clamp(stream.Layer, 0, 255);
        BinaryPrimitives.WriteInt32LittleEndian(to[(HeadLength + 3)..], stream.ClockRate);
        to[HeadLength + 7] = (byte)bytes;
        Encoding.UTF8.GetBytes(stream.Publisher, to[(HeadLength + 8)..]);
        return length;
    }

    public static int WritePacket(Span<byte> to, in TappedPacket packet)
    {
        var length = PacketHeadLength + packet.Payload.Length;
        if (to.Length < length) return 0;
        WriteHead(to, TapRecordKind.Packet, packet.At, packet.Stream.Id);
        var fields = to[HeadLength..];
        BinaryPrimitives.WriteInt64LittleEndian(fields, packet.SequenceNumber.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[8..], packet.Timestamp);
        fields[12] = (byte)((packet.Marker ? MarkerFlag : 0) | (packet.StartsKeyFrame ? KeyFlag : 0)
            | (packet.AudioLevel is null ? 0 : LevelFlag) | (packet.VideoOrientation is null ? 0 : OrientationFlag));
        fields[13] = (byte)packet.Codec;
        fields[14] = packet.AudioLevel ?? 0;
        fields[15] = packet.VideoOrientation ?? 0;
        fields[16] = packet.SpatialId;
        fields[17] = packet.TemporalId;
        fields[18] = 0; // kept for later
        packet.Payload.CopyTo(fields[19..]);
        return length;
    }

    public static int WriteClock(Span<byte> to, TapStream stream, Instant capturedAt, uint timestamp)
    {
        if (to.Length < HeadLength + 4) return 0;
        WriteHead(to, TapRecordKind.Clock, capturedAt, stream.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(to[HeadLength..], timestamp);
        return HeadLength + 4;
    }

    public static int WriteStreamEnded(Span<byte> to, Instant now, TapStream stream) => WriteHead(to, TapRecordKind.StreamEnded, now, stream.Id);

    public static int WriteDropped(Span<byte> to, Instant now, long packets)
    {
        if (to.Length < HeadLength + 8) return 0;
        WriteHead(to, TapRecordKind.Dropped, now, 0);
        BinaryPrimitives.WriteInt64LittleEndian(to[HeadLength..], packets);
        return HeadLength + 8;
    }

    public static int WriteClosed(Span<byte> to, Instant now) => WriteHead(to, TapRecordKind.Closed, now, 0);

    internal static bool IsKnown(CodecKind codec) => codec <= CodecKind.FlexFec03;

    private static int WriteHead(Span<byte> to, TapRecordKind kind, Instant at, int stream)
    {
        if (to.Length < HeadLength) return 0;
        to[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], at.Ticks);
        BinaryPrimitives.WriteInt32LittleEndian(to[9..], stream);
        return HeadLength;
    }
}
