using System.Buffers.Binary;

namespace Tertulia.Rtc.Codecs;

/// <summary>
/// The VP8 payload descriptor (RFC 7741 section 4.2). It keeps positions, not memory, so it may outlive the packet and serve to
/// rewrite a copy of it in place.
/// </summary>
public readonly record struct Vp8PayloadDescriptor
{
    /// <summary>Length of the descriptor; the VP8 payload follows.</summary>
    public byte HeaderLength { get; private init; }

    /// <summary>N: other frames do not depend on this one.</summary>
    public bool IsNonReference { get; private init; }

    /// <summary>S: the payload begins a partition.</summary>
    public bool IsPartitionStart { get; private init; }

    /// <summary>PID: partition index.</summary>
    public byte PartitionIndex { get; private init; }

    /// <summary>7 or 15 bits; null if absent.</summary>
    public ushort? PictureId { get; private init; }

    /// <summary>Width of the picture id on the wire: 7, 15, or 0 if absent.</summary>
    public byte PictureIdBits { get; private init; }

    public byte? Tl0PictureIndex { get; private init; }

    /// <summary>TID; null if absent.</summary>
    public byte? TemporalLayer { get; private init; }

    /// <summary>Y: the frame depends on base layer frames only, so that this layer may be joined here.</summary>
    public bool IsLayerSync { get; private init; }

    /// <summary>KEYIDX; null if absent.</summary>
    public byte? KeyIndex { get; private init; }

    /// <summary>The first packet of a frame (section 4.4: partition 0, S set).</summary>
    public bool IsFrameStart => IsPartitionStart && PartitionIndex == 0;

    private byte PictureIdOffset { get; init; }

    private byte Tl0Offset { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp8PayloadDescriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty) return false;

        var first = payload[0];
        var at = 1;
        ushort? pictureId = null;
        byte pictureIdBits = 0, pictureIdOffset = 0, tl0Offset = 0;
        byte? tl0 = null, temporalLayer = null, keyIndex = null;
        var layerSync = false;
        if ((first & 0x80) != 0)
        {
            if (payload.Length < 2) return false;
            var present = payload[at++];
            if ((present & 0x80) != 0)
            {
                if (payload.Length <= at) return false;
                pictureIdOffset = (byte)at;
                pictureIdBits = (byte)((payload[at] & 0x80) != 0 ? 15 : 7);
                at += pictureIdBits / 7;
                if (payload.Length < at) return false;
                pictureId = pictureIdBits == 7
                    ? payload[pictureIdOffset]
                    : (ushort)(BinaryPrimitives.ReadUInt16BigEndian(payload[pictureIdOffset..]) & 0x7fff);
            }

            if ((present & 0x40) != 0)
            {
                if (payload.Length <= at) return false;
                tl0Offset = (byte)at;
                tl0 = payload[at++];
            }

            if ((present & 0x30) != 0)
            {
                if (payload.Length <= at) return false;
                if ((present & 0x20) != 0)
                {
                    temporalLayer = (byte)(payload[at] >> 6);
                    layerSync = (payload[at] & 0x20) != 0;
                }

                if ((present & 0x10) != 0) keyIndex = (byte)(payload[at] & 0x1f);
                at++;
            }
        }

        descriptor = new()
        {
            HeaderLength = (byte)at,
            IsNonReference = (first & 0x20) != 0,
            IsPartitionStart = (first & 0x10) != 0,
            PartitionIndex = (byte)(first & 0x07),
            PictureId = pictureId,
            PictureIdBits = pictureIdBits,
            PictureIdOffset = pictureIdOffset,
            Tl0PictureIndex = tl0,
            Tl0Offset = tl0Offset,
            TemporalLayer = temporalLayer,
            IsLayerSync = layerSync,
            KeyIndex = keyIndex,
        };
        return true;
    }

    /// <summary>The first packet of a key frame.</summary>
    public static bool IsKeyFrame(ReadOnlySpan<byte> payload) =>
        TryParse(payload, out var descriptor) && descriptor.BeginsKeyFrame(payload);

    /// <summary>As <see cref="IsKeyFrame"/>, for the payload that this descriptor was parsed from.</summary>
    public bool BeginsKeyFrame(ReadOnlySpan<byte> payload) =>
        // RFC 7741 section 4.3: bit P of the payload header is the inverse key frame flag.
        IsFrameStart && payload.Length > HeaderLength && (payload[HeaderLength] & 1) == 0;

    /// <summary>Width and height from the first packet of a key frame (RFC 6386 section 9.1).</summary>
    public bool TryGetPictureSize(ReadOnlySpan<byte> payload, out PictureSize size)
    {
        size = default;
        if (!BeginsKeyFrame(payload) || payload.Length < HeaderLength + 10) return false;
        var frame = payload[HeaderLength..];
        if (frame[3] != 0x9d || frame[4] != 0x01 || frame[5] != 0x2a) return false;
        size = new(
            BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3fff,
            BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3fff);
        return true;
    }

    /// <summary>
    /// Writes another picture id and TL0PICIDX into a copy of the payload that this descriptor was parsed from. Fields that are
    /// absent stay absent, and the picture id keeps its width: receivers compare it modulo that.
    /// </summary>
    public void Rewrite(Span<byte> payload, ushort pictureId, byte tl0PictureIndex)
    {
        if (PictureIdBits == 15) BinaryPrimitives.WriteUInt16BigEndian(payload[PictureIdOffset..], (ushort)(pictureId | 0x8000));
        else if (PictureIdBits == 7) payload[PictureIdOffset] = (byte)(pictureId & 0x7f);
        if (Tl0PictureIndex is not null) payload[Tl0Offset] = tl0PictureIndex;
    }
}
