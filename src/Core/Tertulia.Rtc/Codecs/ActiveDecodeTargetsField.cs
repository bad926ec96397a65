namespace Tertulia.Rtc.Codecs;

/// <summary>
/// Where active_decode_targets_bitmask stands in a dependency descriptor, or would. It keeps positions, not memory, so it may be
/// kept beside a stored packet.
/// </summary>
/// <param name="BitOffset">Bits before the mask.</param>
/// <param name="Width">Bits of the mask: decode targets of the structure; 0 if unknown.</param>
/// <param name="IsPresent">The descriptor has the mask.</param>
/// <param name="DescriptorBits">Bits of the whole descriptor without its padding.</param>
public readonly record struct ActiveDecodeTargetsField(ushort BitOffset, byte Width, bool IsPresent, ushort DescriptorBits)
{
    private const int MandatoryBits = DependencyDescriptor.MandatoryLength * 8, FlagBits = 5;

    /// <summary>Flag bits in their order: structure, mask, custom indications, frame differences, chains.</summary>
    private const uint MaskFlag = 0b01000;

    /// <summary>
    /// Writes the descriptor that this field was read from with another frame number and set of decode targets; it grows by a few bytes
    /// where it had none. Returns the length written, 0 if it does not fit or <paramref name="descriptor"/> is another.
    /// </summary>
    public int Write(ReadOnlySpan<byte> descriptor, ushort frameNumber, uint activeDecodeTargets, Span<byte> destination)
    {
        if (Width == 0 || descriptor.Length * 8 < DescriptorBits || descriptor.Length < DependencyDescriptor.MandatoryLength) return 0;
        var length = IsPresent ? descriptor.Length : LengthWithMask;
        if (length > destination.Length || length > DependencyDescriptor.MaxLength) return 0;

        destination = destination[..length];
        if (IsPresent)
        {
            descriptor.CopyTo(destination);
            new BitWriter(destination, BitOffset).Write(activeDecodeTargets, Width);
        }
        else
        {
            Insert(descriptor, activeDecodeTargets, destination);
        }

        DependencyDescriptor.RewriteFrameNumber(destination, frameNumber);
        return length;
    }

    private int LengthWithMask => (Math.Max((int)DescriptorBits, MandatoryBits + FlagBits) + Width + 7) / 8;

    private void Insert(ReadOnlySpan<byte> descriptor, uint activeDecodeTargets, Span<byte> destination)
    {
        destination.Clear();
        var source = new BitReader(descriptor);
        var target = new BitWriter(destination);
        target.Copy(ref source, MandatoryBits);
        var hasFlags = DescriptorBits > MandatoryBits;
        target.Write((hasFlags ? source.Read(FlagBits) : 0) | MaskFlag, FlagBits);
        if (hasFlags) target.Copy(ref source, BitOffset - source.Position);
        target.Write(activeDecodeTargets, Width);
        if (hasFlags) target.Copy(ref source, DescriptorBits - source.Position);
    }
}
