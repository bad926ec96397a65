using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Codecs;

/// <summary>
/// The dependency descriptor of one packet (AV1 RTP specification, section A.8), templates resolved. Read by
/// <see cref="DependencyDescriptorReader"/>; it points into the reader's memory and holds until the next descriptor is read.
/// </summary>
public readonly ref struct DependencyDescriptor
{
    /// <summary>What a header extension can hold (RFC 8285 section 4.3).</summary>
    public const int MaxLength = 255;

    /// <summary>Length of the fields that every descriptor has; see <see cref="DependencyDescriptorHeader"/>.</summary>
    public const int MandatoryLength = DependencyDescriptorHeader.Length;

    public DependencyDescriptorHeader Header { get; internal init; }

    /// <summary>frame_number with its rollovers counted; it goes back where a sender began anew.</summary>
    public ExtendedSequenceNumber FrameNumber { get; internal init; }

    /// <summary>What the packet's template id refers to: the packet's own structure, or the one before that the stream has.</summary>
    public DependencyStructure Structure { get; internal init; }

    /// <summary>The packet brought the structure along: it begins a coded video sequence.</summary>
    public bool HasStructure { get; internal init; }

    public byte SpatialId { get; internal init; }

    public byte TemporalId { get; internal init; }

    /// <summary>How far before this frame those are that it refers to, in frame numbers: 1 to 4096 each; none for an intra frame.</summary>
    public ReadOnlySpan<ushort> FrameDifferences { get; internal init; }

    /// <summary>For each chain how far before this frame its previous frame is; 0 if the chain begins anew.</summary>
    public ReadOnlySpan<byte> ChainDifferences { get; internal init; }

    /// <summary>A bit for each decode target that is produced from here on, if the packet says so.</summary>
    public uint? ActiveDecodeTargets { get; internal init; }

    /// <summary>Where the packet says so or could.</summary>
    public ActiveDecodeTargetsField ActiveDecodeTargetsField { get; internal init; }

    internal ulong Indications { get; init; }

    public DecodeTargetIndication Indication(int decodeTarget) => DependencyStructure.IndicationOf(Indications, decodeTarget);

    /// <summary>Writes another frame number into a copy of a descriptor; all else is relative to it. Too short a one stays as it is.</summary>
    public static void RewriteFrameNumber(Span<byte> descriptor, ushort frameNumber)
    {
        if (descriptor.Length >= MandatoryLength) BinaryPrimitives.WriteUInt16BigEndian(descriptor[1..], frameNumber);
    }
}

/// <summary>The mandatory fields of a dependency descriptor: they can be read without a structure.</summary>
public readonly record struct DependencyDescriptorHeader(bool IsStartOfFrame, bool IsEndOfFrame, byte TemplateId, ushort FrameNumber)
{
    public const int Length = 3;

    public static bool TryParse(ReadOnlySpan<byte> descriptor, out DependencyDescriptorHeader header)
    {
        header = default;
        if (descriptor.Length < Length) return false;
        var first = descriptor[0];
        header = new(
            (first & 0x80) != 0, (first & 0x40) != 0, (byte)(first & 0x3f), BinaryPrimitives.ReadUInt16BigEndian(descriptor[1..]));
        return true;
    }
}
