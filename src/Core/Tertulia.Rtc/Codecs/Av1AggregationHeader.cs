namespace Tertulia.Rtc.Codecs;

/// <summary>The aggregation header of an AV1 payload (RTP payload format for AV1, section 4.4).</summary>
/// <param name="ContinuesObu">Z: the first OBU element goes on from the packet before.</param>
/// <param name="ObuContinues">Y: the last OBU element goes on in the next packet.</param>
/// <param name="ElementCount">W: OBU elements in the packet, 0 if each has a length field.</param>
/// <param name="IsNewSequence">N: the packet begins a coded video sequence.</param>
public readonly record struct Av1AggregationHeader(bool ContinuesObu, bool ObuContinues, byte ElementCount, bool IsNewSequence)
{
    public const int Length = 1;

    private const int SequenceHeaderObu = 1;

    public static bool TryParse(ReadOnlySpan<byte> payload, out Av1AggregationHeader header)
    {
        header = default;
        if (payload.Length <= Length) return false;
        var first = payload[0];
        header = new((first & 0x80) != 0, (first & 0x40) != 0, (byte)(first >> 4 & 3), (first & 0x08) != 0);
        // Section 4.4: N and Z exclude each other.
        return !(header.ContinuesObu && header.IsNewSequence);
    }

    /// <summary>The first packet of a coded video sequence: said so by N, or seen from its sequence header.</summary>
    public static bool IsKeyFrame(ReadOnlySpan<byte> payload) =>
        TryParse(payload, out var header) && !header.ContinuesObu && (header.IsNewSequence || header.HasSequenceHeader(payload));

    /// <summary>A sequence header OBU begins in the packet.</summary>
    private bool HasSequenceHeader(ReadOnlySpan<byte> payload)
    {
        var rest = payload[Length..];
        for (var element = 1; !rest.IsEmpty; element++)
        {
            var length = rest.Length;
            // With W set, the last element has no length field.
            if (element != ElementCount && (!TryReadLeb128(ref rest, out length) || length > rest.Length)) return false;
            // Section 4.5 allows empty elements nowhere, yet they do no harm.
            if (length > 0 && (rest[0] >> 3 & 0x0f) == SequenceHeaderObu) return true;
            rest = rest[length..];
            if (element == ElementCount) break;
        }

        return false;
    }

    private static bool TryReadLeb128(ref ReadOnlySpan<byte> rest, out int value)
    {
        value = 0;
        // Four bytes say more than any packet holds.
        for (var i = 0; i < 4 && i < rest.Length; i++)
        {
            value |= (rest[i] & 0x7f) << (7 * i);
            if ((rest[i] & 0x80) != 0) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
