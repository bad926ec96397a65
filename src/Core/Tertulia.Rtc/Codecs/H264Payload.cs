using System.Buffers.Binary;

namespace Tertulia.Rtc.Codecs;

/// <summary>What an RTP payload of H.264 (RFC 6184) contains, as far as forwarding needs to know.</summary>
public static class H264Payload
{
    private const int Idr = 5, SequenceParameterSet = 7, StapA = 24, FuA = 28;

    /// <summary>
    /// A packet that a key frame can begin with: a sequence parameter set or the first slice of an IDR picture, alone, in a STAP-A, or
    /// at the start of an FU-A. Where parameter sets travel in packets of their own, more than one packet of a key frame says yes.
    /// </summary>
    public static bool IsKeyFrame(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return false;
        switch (payload[0] & 0x1f)
        {
            case StapA:
                for (var rest = payload[1..]; TryTakeUnit(ref rest, out var unit);)
                {
                    if (BeginsKeyFrame(unit[0] & 0x1f, unit[1..])) return true;
                }

                return false;
            case FuA:
                // Section 5.8: bit S of the FU header marks the first fragment.
                return payload.Length > 1 && (payload[1] & 0x80) != 0 && BeginsKeyFrame(payload[1] & 0x1f, payload[2..]);
            default:
                return BeginsKeyFrame(payload[0] & 0x1f, payload[1..]);
        }
    }

    /// <summary>A sequence parameter set is in the packet: a decoder can be set up from here.</summary>
    public static bool ContainsParameterSets(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return false;
        if ((payload[0] & 0x1f) != StapA) return (payload[0] & 0x1f) == SequenceParameterSet;
        for (var rest = payload[1..]; TryTakeUnit(ref rest, out var unit);)
        {
            if ((unit[0] & 0x1f) == SequenceParameterSet) return true;
        }

        return false;
    }

    /// <summary>Width and height from a sequence parameter set in the packet.</summary>
    public static bool TryGetPictureSize(ReadOnlySpan<byte> payload, out PictureSize size)
    {
        size = default;
        if (payload.IsEmpty) return false;
        if ((payload[0] & 0x1f) == SequenceParameterSet) return H264SequenceParameterSet.TryReadSize(payload[1..], out size);
        if ((payload[0] & 0x1f) != StapA) return false;
        for (var rest = payload[1..]; TryTakeUnit(ref rest, out var unit);)
        {
            if ((unit[0] & 0x1f) == SequenceParameterSet) return H264SequenceParameterSet.TryReadSize(unit[1..], out size);
        }

        return false;
    }

    /// <summary>A later fragment of a unit that an earlier packet began (FU-A without S).</summary>
    public static bool ContinuesUnit(ReadOnlySpan<byte> payload) =>
        payload.Length > 1 && (payload[0] & 0x1f) == FuA && (payload[1] & 0x80) == 0;

    private static bool BeginsKeyFrame(int type, ReadOnlySpan<byte> contents) => type switch
    {
        SequenceParameterSet => true,
        // first_mb_in_slice, ue(v), comes first in a slice header: 0 is a single 1 bit (H.264 section 7.3.3).
        Idr => !contents.IsEmpty && (contents[0] & 0x80) != 0,
        _ => false,
    };

    private static bool TryTakeUnit(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> unit)
    {
        unit = default;
        if (rest.Length < 3) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length == 0 || rest.Length < 2 + length) return false;
        unit = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return true;
    }
}
