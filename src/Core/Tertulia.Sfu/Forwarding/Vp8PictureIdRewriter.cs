using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Forwarding;

/// <summary>VP8 picture id and TL0PICIDX as the receiver sees them; unset when the payload was sent as it came.</summary>
internal readonly record struct PictureIds(bool IsSet, ushort PictureId, byte Tl0PictureIndex);

/// <summary>
/// Keeps picture id and TL0PICIDX of VP8 (RFC 7741 section 4.2) continuous when the source of an outgoing stream changes or
/// pictures are left out: decoders take a jump for lost pictures.
/// </summary>
internal sealed class Vp8PictureIdRewriter
{
    private const int Window = 256;
    private const int PictureIdMask = 0x7fff;

    private readonly CompactingMap _pictures = new(Window);
    private long _highest;
    private int _tl0Offset;
    private byte _lastTl0;
    private bool _started;
    private bool _switched = true;

    /// <summary>The next packet is the first of another source.</summary>
    public void Switch() => _switched = true;

    /// <summary>A packet that is not forwarded: the ids close up over its picture.</summary>
    public void LeaveOut(ReadOnlySpan<byte> payload)
    {
        if (!_switched && Vp8PayloadDescriptor.TryParse(payload, out var descriptor) && descriptor.PictureId is { } pictureId) _pictures.Map(Unwrap(pictureId), forward: false, out _);
    }

    /// <summary>Rewrites a copy of the payload in place.</summary>
    public PictureIds Rewrite(Span<byte> payload)
    {
        if (!Vp8PayloadDescriptor.TryParse(payload, out var descriptor) || descriptor.PictureId is not { } pictureId) return default;
        var tl0 = descriptor.Tl0PictureIndex ?? 0;
        if (_switched)
        {
            _switched = false;
            _highest = pictureId;
            _pictures.Start(pictureId, _started ? _pictures.LastOutput + 1 : pictureId);
            _tl0Offset = _started ? _lastTl0 + 1 - tl0 : 0;
            _started = true;
        }

        // A picture that is not remembered is an old one: as it came it would be taken for a new one, so it keeps its distance.
        var result = _pictures.Map(Unwrap(pictureId), forward: true, out var output);
        if (result == MapResult.TooOld) output = _pictures.LastOutput - Window;
        var rewritten = new PictureIds(true, (ushort)(output & PictureIdMask), (byte)(tl0 + _tl0Offset));
        if ((sbyte)(rewritten.Tl0PictureIndex - _lastTl0) > 0 || output == _pictures.LastOutput) _lastTl0 = rewritten.Tl0PictureIndex;
        if (rewritten.PictureId != pictureId || rewritten.Tl0PictureIndex != tl0) descriptor.Rewrite(payload, rewritten.PictureId, rewritten.Tl0PictureIndex);
        return rewritten;
    }

    /// <summary>Writes into a stored payload what was written into it when it was first sent.</summary>
    public static void Restore(Span<byte> payload, in PictureIds ids)
    {
        if (ids.IsSet && Vp8PayloadDescriptor.TryParse(payload, out var descriptor)) descriptor.Rewrite(payload, ids.PictureId, ids.Tl0PictureIndex);
    }

    private long Unwrap(ushort pictureId)
    {
        var distance = (pictureId - (int)(_highest & PictureIdMask)) & PictureIdMask;
        if (distance >= 0x4000) distance -= PictureIdMask + 1;
        var unwrapped = _highest + distance;
        _highest = Math.Max(_highest, unwrapped);
        return unwrapped;
    }
}
