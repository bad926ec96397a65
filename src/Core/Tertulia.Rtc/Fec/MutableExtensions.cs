using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Fec;

/// <summary>
/// Ids of the header extensions that are only filled in when a packet leaves, so that both ends take them as zero before they
/// protect it: browsers do the same. 0 means: not negotiated.
/// </summary>
public readonly record struct MutableExtensions(byte TransportSequence, byte AbsSendTime, byte TransmissionTimeOffset, byte VideoTiming)
{
    /// <summary>More than this many in one packet are left as they are.</summary>
    internal const int MaxRanges = 4;

    // Of video timing the flags and the three encoder times stand still; pacer and network times follow.
    private const int VideoTimingPacerOffset = 7;

    public static MutableExtensions Of(NegotiatedMedia media) => new(
        (byte)media.GetExtensionId(HeaderExtensionUris.TransportSequenceNumber),
        (byte)media.GetExtensionId(HeaderExtensionUris.AbsSendTime),
        (byte)media.GetExtensionId(HeaderExtensionUris.TransmissionTimeOffset),
        (byte)media.GetExtensionId(HeaderExtensionUris.VideoTiming));

    /// <summary>Where in <paramref name="packet"/> the bytes are that count as zero.</summary>
    /// <returns>How many of <paramref name="ranges"/> were filled.</returns>
    internal int Find(scoped in RtpPacket packet, Span<ByteRange> ranges)
    {
        var count = 0;
        foreach (var extension in packet.Extensions)
        {
            var skipped = extension.Id == VideoTiming ? VideoTimingPacerOffset : 0;
            if (!Contains(extension.Id) || extension.Value.Length <= skipped || count == ranges.Length) continue;
            packet.Bytes.Overlaps(extension.Value, out var offset);
            ranges[count++] = new ByteRange(offset + skipped, extension.Value.Length - skipped);
        }

        return count;
    }

    /// <summary>Zeroes them in a copy of a packet.</summary>
    public void Zero(Span<byte> packet)
    {
        if (!RtpPacket.TryParse(packet, out var parsed)) return;
        Span<ByteRange> ranges = stackalloc ByteRange[MaxRanges];
        foreach (var range in ranges[..Find(parsed, ranges)]) packet.Slice(range.Start, range.Length).Clear();
    }

    private bool Contains(int id) => id == TransportSequence || id == AbsSendTime || id == TransmissionTimeOffset || id == VideoTiming;
}

internal readonly record struct ByteRange(int Start, int Length);
