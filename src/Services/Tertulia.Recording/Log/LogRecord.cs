using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tertulia.Recording.Log;

/// <summary>
/// How a record stands in the log: its length, the CRC-32C of its bytes (RFC 3720 appendix B.4), then the bytes. A log that ends in the
/// middle of a record was cut off by a crash; everything before is good.
/// </summary>
internal static class LogRecord
{
    public const int HeadLength = 8;

    /// <summary>Of a record's bytes; longer is damage.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>First bytes of a log, with the version of its format.</summary>
    public static ReadOnlySpan<byte> Magic => "TERTLOG1"u8;

    public static void WriteHead(Span<byte> to, ReadOnlySpan<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Checksum(record));
    }

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var one in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
