using System.Buffers.Binary;
using System.Text.Json;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Log;

/// <summary>A fact in the log: the head of a tap's records, of a kind of its own, then JSON.</summary>
internal static class FactRecord
{
    public const byte Kind = 32;

    public static byte[] Write(Instant at, RecordedFact fact)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(fact, FactJson.Default.RecordedFact);
        var record = new byte[TapRecord.HeadLength + json.Length];
        record[0] = Kind;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), at.Ticks);
        json.CopyTo(record, TapRecord.HeadLength);
        return record;
    }

    public static bool TryRead(ReadOnlySpan<byte> record, out Instant at, out RecordedFact fact)
    {
        at = default;
        fact = null!;
        if (record.Length <= TapRecord.HeadLength || record[0] != Kind) return false;
        at = new Instant(BinaryPrimitives.ReadInt64LittleEndian(record[1..]));
        try
        {
            fact = JsonSerializer.Deserialize(record[TapRecord.HeadLength..], FactJson.Default.RecordedFact)!;
            return fact is not null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return false; // of a later version
        }
    }
}
