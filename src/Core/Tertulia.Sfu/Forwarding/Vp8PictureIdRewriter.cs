using Tertulia.Rtc.Codecs;

namespace Tertulia.Sfu.Forwarding;

/// <summary>VP8 picture id and TL0PICIDX as the receiver sees them; unset when the payload was sent as it came.</summary>
internal readonly record struct PictureIds(bool IsSet, ushort PictureId, byte Tl0PictureIndex);

/// <summary>
/// Keeps picture id and TL0PICIDX of VP8 (RFC 7741 section 4.2) continuous when the source of an outgoing stream changes:
/// decoders take a jump for lost pictures.
/// </summary>
internal sealed class Vp8PictureIdRewriter
{
    private const int PictureIdMask = 0x7fff;

    private int _pictureIdOffset;
    private int _tl0Offset;
    private int _lastPictureId = -1;
    private int _lastTl0;
    private bool _switched;

    /// <summary>The next packet is the first of another source.</summary>
    public void Switch() => _switched = _lastPictureId >= 0;

    public PictureIds Rewrite(Span<byte> payload)
    {
        if (!Vp8PayloadDescriptor.TryParse(payload, out var descriptor) || descriptor.PictureId is not { } pictureId) return default;
        var tl0 = descriptor.Tl0PictureIndex ?? 0;
        if (_switched)
        {
            _switched = false;
            _pictureIdOffset = _lastPictureId + 1 - pictureId;
            _tl0Offset = _lastTl0 + 1 - tl0;
        }

        var rewritten = new PictureIds(true, (ushort)((pictureId + _pictureIdOffset) & PictureIdMask), (byte)(tl0 + _tl0Offset));
        if (_lastPictureId < 0 || ((rewritten.PictureId - _lastPictureId) & PictureIdMask) < 0x4000)
        {
            _lastPictureId = rewritten.PictureId;
            _lastTl0 = rewritten.Tl0PictureIndex;
        }

        if ((_pictureIdOffset & PictureIdMask) != 0 || (byte)_tl0Offset != 0) descriptor.Rewrite(payload, rewritten.PictureId, rewritten.Tl0PictureIndex);
        return rewritten;
    }

    /// <summary>Writes into a stored payload what was written into it when it was first sent.</summary>
    public static void Restore(Span<byte> payload, in PictureIds ids)
    {
        if (ids.IsSet && Vp8PayloadDescriptor.TryParse(payload, out var descriptor)) descriptor.Rewrite(payload, ids.PictureId, ids.Tl0PictureIndex);
    }
}
