using Tertulia.Rtc.Codecs;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Forwarding;

/// <summary>Picture id and TL0PICIDX as the receiver sees them; unset when the payload was sent as it came.</summary>
internal readonly record struct PictureIds(bool IsSet, ushort PictureId, byte Tl0PictureIndex);

/// <summary>
/// Keeps picture id and TL0PICIDX of VP8 (RFC 7741 section 4.2) and VP9 (RFC 9628 section 4.2) continuous when the source of an outgoing
/// stream changes. Over pictures that are left out VP8's close up, since decoders take a jump for loss; VP9's do not, since a picture's
/// references and its place in the pattern of temporal layers are distances between ids.
/// </summary>
internal sealed class PictureIdRewriter
{
    private const int Window = 256;
    private const byte LongestIdBits = 15;

    private readonly CompactingMap _pictures = new(Window);
    private long _highest;
    private int _tl0Offset;
    private byte _lastTl0;
    private bool _started;
    private bool _switched = true;

    /// <summary>The next packet is the first of another source.</summary>
    public void Switch() => _switched = true;

    /// <summary>A packet that is not forwarded: the ids close up over its picture.</summary>
    public void LeaveOut(CodecKind kind, ReadOnlySpan<byte> payload)
    {
        if (_switched || kind != CodecKind.Vp8) return;
        if (Vp8PayloadDescriptor.TryParse(payload, out var descriptor) && descriptor.PictureId is { } pictureId)
            _pictures.Map(Unwrap(pictureId, descriptor.PictureIdBits), forward: false, out _);
    }

    /// <summary>Rewrites a copy of the payload in place.</summary>
    public PictureIds Rewrite(CodecKind kind, Span<byte> payload)
    {
        switch (kind)
        {
            case CodecKind.Vp8 when Vp8PayloadDescriptor.TryParse(payload, out var descriptor) && descriptor.PictureId is { } pictureId:
                var ids = Next(pictureId, descriptor.PictureIdBits, descriptor.Tl0PictureIndex ?? 0);
                descriptor.Rewrite(payload, ids.PictureId, ids.Tl0PictureIndex);
                return ids;
            case CodecKind.Vp9 when Vp9PayloadDescriptor.TryParse(payload, out var descriptor) && descriptor.PictureId is { } pictureId:
                ids = Next(pictureId, descriptor.PictureIdBits, descriptor.Tl0PictureIndex ?? 0);
                descriptor.Rewrite(payload, ids.PictureId, ids.Tl0PictureIndex);
                return ids;
            default:
                return default;
        }
    }

    /// <summary>Writes into a stored payload what was written into it when it was first sent.</summary>
    public static void Restore(CodecKind kind, Span<byte> payload, in PictureIds ids)
    {
        if (!ids.IsSet) return;
        if (kind == CodecKind.Vp9)
        {
            if (Vp9PayloadDescriptor.TryParse(payload, out var vp9)) vp9.Rewrite(payload, ids.PictureId, ids.Tl0PictureIndex);
        }
        else if (Vp8PayloadDescriptor.TryParse(payload, out var vp8))
        {
            vp8.Rewrite(payload, ids.PictureId, ids.Tl0PictureIndex);
        }
    }

    private PictureIds Next(ushort pictureId, byte bits, byte tl0)
    {
        if (_switched)
        {
            _switched = false;
            _highest = pictureId;
            _pictures.Start(pictureId, _started ? _pictures.LastOutput + 1 : pictureId);
            _tl0Offset = _started ? _lastTl0 + 1 - tl0 : 0;
            _started = true;
        }

        // A picture that is not remembered is an old one: as it came it would be taken for a new one, so it keeps its distance.
        var result = _pictures.Map(Unwrap(pictureId, bits), forward: true, out var output);
        if (result == MapResult.TooOld) output = _pictures.LastOutput - Window;
        var rewritten = new PictureIds(true, (ushort)(output & (1 << LongestIdBits) - 1), (byte)(tl0 + _tl0Offset));
        if ((sbyte)(rewritten.Tl0PictureIndex - _lastTl0) > 0 || output == _pictures.LastOutput) _lastTl0 = rewritten.Tl0PictureIndex;
        return rewritten;
    }

    private long Unwrap(ushort pictureId, byte bits)
    {
        var space = 1 << bits;
        var distance = (int)(pictureId - _highest) & space - 1;
        if (distance >= space / 2) distance -= space;
        var unwrapped = _highest + distance;
        _highest = Math.Max(_highest, unwrapped);
        return unwrapped;
    }
}
