using Tertulia.Rtc.Codecs;

namespace Tertulia.Sfu.Forwarding;

/// <summary>
/// Keeps the frame numbers of dependency descriptors (AV1 RTP specification, section A.8) going on when the source of an outgoing stream
/// changes. Frames that are left out leave a gap: descriptors name the frames they need by their distance.
/// </summary>
internal sealed class FrameNumberRewriter
{
    private ushort _offset;
    private ushort _last;
    private bool _started;
    private bool _switched = true;

    /// <summary>The next packet is the first of another source.</summary>
    public void Switch() => _switched = true;

    /// <summary>Copies a descriptor to where it is sent from, which may be nowhere, and returns the frame number it gets there.</summary>
    public ushort Rewrite(ReadOnlySpan<byte> descriptor, Span<byte> destination)
    {
        if (destination.IsEmpty || !DependencyDescriptorHeader.TryParse(descriptor, out var header)) return 0;
        if (_switched)
        {
            if (_started) _offset = (ushort)(_last + 1 - header.FrameNumber);
            _last = (ushort)(header.FrameNumber + _offset);
            (_switched, _started) = (false, true);
        }

        var number = (ushort)(header.FrameNumber + _offset);
        if ((short)(number - _last) > 0) _last = number;
        Restore(descriptor, destination, number);
        return number;
    }

    /// <summary>Copies a descriptor with the number that it was given when it was first sent.</summary>
    public static void Restore(ReadOnlySpan<byte> descriptor, Span<byte> destination, ushort frameNumber)
    {
        if (destination.IsEmpty) return;
        descriptor.CopyTo(destination);
        DependencyDescriptor.RewriteFrameNumber(destination, frameNumber);
    }
}
