using System.Buffers.Binary;

namespace Tertulia.Taps;

/// <summary>RTP payloads of H.264 (RFC 6184) to an Annex B byte stream.</summary>
internal static class H264AccessUnit
{
    private const int StapA = 24, FuA = 28;

    private static ReadOnlySpan<byte> StartCode => [0, 0, 0, 1];

    public static bool TryAppend(ReadOnlySpan<byte> payload, FrameBuffer to)
    {
        if (payload.Length < 2) return false;
        switch (payload[0] & 0x1f)
        {
            case >= 1 and < StapA:
                to.Append(StartCode);
                to.Append(payload);
                return true;
            case StapA:
                return TryAppendAggregate(payload[1..], to);
            case FuA:
                // Section 5.8: the unit's header is split over indicator (F, NRI) and FU header (type).
                if ((payload[1] & 0x80) != 0)
                {
                    to.Append(StartCode);
                    to.Append((byte)((payload[0] & 0xe0) | (payload[1] & 0x1f)));
                }
                else if (to.Length == 0)
                {
                    return false;
                }

                to.Append(payload[2..]);
                return true;
            default:
                return false;
        }
    }

    private static bool TryAppendAggregate(ReadOnlySpan<byte> rest, FrameBuffer to)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < 2) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length == 0 || length > rest.Length - 2) return false;
            to.Append(StartCode);
            to.Append(rest.Slice(2, length));
            rest = rest[(2 + length)..];
        }

        return true;
    }
}
