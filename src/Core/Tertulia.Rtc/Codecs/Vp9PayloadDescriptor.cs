using System.Buffers.Binary;

namespace Tertulia.Rtc.Codecs;

/// <summary>The VP9 payload descriptor (RFC 9628 section 4.2).</summary>
public readonly record struct Vp9PayloadDescriptor
{
    /// <summary>Length of the descriptor, scalability structure included; the VP9 payload follows.</summary>
    public int HeaderLength { get; private init; }

    /// <summary>P: the frame is predicted from earlier pictures.</summary>
    public bool IsInterPicturePredicted { get; private init; }

    /// <summary>F: flexible mode.</summary>
    public bool IsFlexible { get; private init; }

    /// <summary>B: first packet of a layer frame.</summary>
    public bool IsFrameStart { get; private init; }

    /// <summary>E: last packet of a layer frame.</summary>
    public bool IsFrameEnd { get; private init; }

    /// <summary>Z: no higher spatial layer of any picture depends on this frame.</summary>
    public bool IsNotReferencedBySpatialLayers { get; private init; }

    public ushort? PictureId { get; private init; }

    /// <summary>Width of the picture id on the wire: 7, 15, or 0 if absent.</summary>
    public byte PictureIdBits { get; private init; }

    public byte? TemporalLayer { get; private init; }

    public byte? SpatialLayer { get; private init; }

    /// <summary>U: from here on this temporal layer may be switched up to.</summary>
    public bool IsSwitchingUpPoint { get; private init; }

    /// <summary>D: the frame depends on the next lower spatial layer of its picture.</summary>
    public bool IsInterLayerPredicted { get; private init; }

    /// <summary>Only in non-flexible mode.</summary>
    public byte? Tl0PictureIndex { get; private init; }

    /// <summary>Spatial layers that the scalability structure declares; 0 without one.</summary>
    public byte SpatialLayerCount { get; private init; }

    /// <summary>Size of the highest spatial layer that the scalability structure declares, if it does.</summary>
    public PictureSize? PictureSize { get; private init; }

    private byte PictureIdOffset { get; init; }

    private byte Tl0Offset { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp9PayloadDescriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty) return false;

        var flags = payload[0];
        var result = new Vp9PayloadDescriptor
        {
            IsInterPicturePredicted = (flags & 0x40) != 0,
            IsFlexible = (flags & 0x10) != 0,
            IsFrameStart = (flags & 0x08) != 0,
            IsFrameEnd = (flags & 0x04) != 0,
            IsNotReferencedBySpatialLayers = (flags & 0x01) != 0,
        };
        var at = 1;
        if ((flags & 0x80) != 0 && !TryParsePictureId(payload, ref at, ref result)) return false;
        if ((flags & 0x20) != 0 && !TryParseLayers(payload, ref at, ref result)) return false;
        if ((flags & 0x50) == 0x50 && !TrySkipReferences(payload, ref at)) return false;
        if ((flags & 0x02) != 0 && !TryParseStructure(payload, ref at, ref result)) return false;

        descriptor = result with { HeaderLength = at };
        return true;
    }

    /// <summary>The first packet of a key frame's base spatial layer.</summary>
    public static bool IsKeyFrame(ReadOnlySpan<byte> payload) =>
        TryParse(payload, out var descriptor) && descriptor.BeginsKeyFrame;

    /// <summary>First packet of a picture that needs no other: not predicted, base spatial layer.</summary>
    public bool BeginsKeyFrame => IsFrameStart && !IsInterPicturePredicted && SpatialLayer is null or 0;

    /// <summary>
    /// Writes another picture id and TL0PICIDX into a copy of the payload that this descriptor was parsed from; absent fields
    /// stay absent, the picture id keeps its width.
    /// </summary>
    public void Rewrite(Span<byte> payload, ushort pictureId, byte tl0PictureIndex)
    {
        if (PictureIdBits == 15) BinaryPrimitives.WriteUInt16BigEndian(payload[PictureIdOffset..], (ushort)(pictureId | 0x8000));
        else if (PictureIdBits == 7) payload[PictureIdOffset] = (byte)(pictureId & 0x7f);
        if (Tl0PictureIndex is not null) payload[Tl0Offset] = tl0PictureIndex;
    }

    private static bool TryParsePictureId(ReadOnlySpan<byte> payload, ref int at, ref Vp9PayloadDescriptor result)
    {
        if (payload.Length <= at) return false;
        var bits = (byte)((payload[at] & 0x80) != 0 ? 15 : 7);
        if (payload.Length < at + bits / 7) return false;

        result = result with
        {
            PictureIdBits = bits,
            PictureIdOffset = (byte)at,
            PictureId = bits == 7 ? payload[at] : (ushort)(BinaryPrimitives.ReadUInt16BigEndian(payload[at..]) & 0x7fff),
        };
        at += bits / 7;
        return true;
    }

    private static bool TryParseLayers(ReadOnlySpan<byte> payload, ref int at, ref Vp9PayloadDescriptor result)
    {
        var length = result.IsFlexible ? 1 : 2;
        if (payload.Length < at + length) return false;

        var layers = payload[at];
        result = result with
        {
            TemporalLayer = (byte)(layers >> 5),
            IsSwitchingUpPoint = (layers & 0x10) != 0,
            SpatialLayer = (byte)(layers >> 1 & 7),
            IsInterLayerPredicted = (layers & 1) != 0,
            Tl0PictureIndex = result.IsFlexible ? null : payload[at + 1],
            Tl0Offset = (byte)(at + 1),
        };
        at += length;
        return true;
    }

    /// <summary>P_DIFF: up to three, each saying whether another follows.</summary>
    private static bool TrySkipReferences(ReadOnlySpan<byte> payload, ref int at)
    {
        for (var i = 0; i < 3; i++)
        {
            if (payload.Length <= at) return false;
            if ((payload[at++] & 1) == 0) return true;
        }

        // A fourth reference is not allowed.
        return (payload[at - 1] & 1) == 0;
    }

    private static bool TryParseStructure(ReadOnlySpan<byte> payload, ref int at, ref Vp9PayloadDescriptor result)
    {
        if (payload.Length <= at) return false;
        var head = payload[at++];
        var layers = (head >> 5) + 1;
        result = result with { SpatialLayerCount = (byte)layers };
        if ((head & 0x10) != 0)
        {
            if (payload.Length < at + 4 * layers) return false;
            at += 4 * layers;
            result = result with
            {
                PictureSize = new(
                    BinaryPrimitives.ReadUInt16BigEndian(payload[(at - 4)..]), BinaryPrimitives.ReadUInt16BigEndian(payload[(at - 2)..])),
            };
        }

        if ((head & 0x08) == 0) return true;
        if (payload.Length <= at) return false;
        for (var pictures = payload[at++]; pictures > 0; pictures--)
        {
            if (payload.Length <= at) return false;
            at += 1 + (payload[at] >> 2 & 3);
        }

        return payload.Length >= at;
    }
}
