namespace Tertulia.Rtc.Codecs;

/// <summary>What a sequence parameter set of H.264 (ITU-T H.264 section 7.3.2.1.1) says of the size of pictures.</summary>
internal static class H264SequenceParameterSet
{
    // The size stands in the first dozens of bytes, unless scaling lists of an unusual encoder come before it.
    private const int MostBytes = 128;
    private const int MaxExpGolombZeros = 20;
    private const int MacroblockSize = 16;

    /// <param name="unit">The unit behind its header byte, with emulation prevention bytes.</param>
    public static bool TryReadSize(ReadOnlySpan<byte> unit, out PictureSize size)
    {
        size = default;
        Span<byte> bytes = stackalloc byte[MostBytes];
        var bits = new BitReader(bytes[..Unescape(unit, bytes)]);
        var profile = bits.Read(8);
        bits.Read(16); // constraint flags, level
        ReadUnsigned(ref bits); // seq_parameter_set_id
        uint chromaFormat = 1;
        if (HasChromaFormat(profile) && !TryReadChromaFormat(ref bits, out chromaFormat)) return false;
        ReadUnsigned(ref bits); // log2_max_frame_num_minus4
        SkipPictureOrder(ref bits);
        ReadUnsigned(ref bits); // max_num_ref_frames
        bits.Read(1); // gaps_in_frame_num_value_allowed_flag
        var width = (ReadUnsigned(ref bits) + 1) * MacroblockSize;
        var mapUnits = ReadUnsigned(ref bits) + 1;
        var isFrameOnly = bits.Read(1);
        if (isFrameOnly == 0) bits.Read(1); // mb_adaptive_frame_field_flag
        bits.Read(1); // direct_8x8_inference_flag
        var fields = 2 - isFrameOnly;
        var height = mapUnits * MacroblockSize * fields;
        if (bits.ReadFlag())
        {
            // Table 6-1: the units of cropping depend on how chroma is sampled.
            var (unitX, unitY) = (chromaFormat is 1 or 2 ? 2u : 1u, (chromaFormat == 1 ? 2u : 1u) * fields);
            var (left, right) = (ReadUnsigned(ref bits), ReadUnsigned(ref bits));
            var (top, bottom) = (ReadUnsigned(ref bits), ReadUnsigned(ref bits));
            width -= Math.Min(width, (left + right) * unitX);
            height -= Math.Min(height, (top + bottom) * unitY);
        }

        if (bits.HasFailed || width is 0 or > ushort.MaxValue || height is 0 or > ushort.MaxValue) return false;
        size = new((int)width, (int)height);
        return true;
    }

    private static bool HasChromaFormat(uint profile) => profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135;

    private static bool TryReadChromaFormat(ref BitReader bits, out uint chromaFormat)
    {
        chromaFormat = ReadUnsigned(ref bits);
        if (chromaFormat == 3) bits.Read(1); // separate_colour_plane_flag
        ReadUnsigned(ref bits); // bit_depth_luma_minus8
        ReadUnsigned(ref bits); // bit_depth_chroma_minus8
        bits.Read(1); // qpprime_y_zero_transform_bypass_flag
        // Scaling lists: no encoder for the Web writes them.
        return !bits.ReadFlag() && chromaFormat <= 3;
    }

    private static void SkipPictureOrder(ref BitReader bits)
    {
        switch (ReadUnsigned(ref bits))
        {
            case 0:
                ReadUnsigned(ref bits);
                break;
            case 1:
                bits.Read(1);
                ReadUnsigned(ref bits);
                ReadUnsigned(ref bits);
                for (var i = Math.Min(ReadUnsigned(ref bits), byte.MaxValue); i > 0; i--) ReadUnsigned(ref bits);
                break;
        }
    }

    /// <summary>ue(v) (section 9.1); signed values take up the same bits. 0 where the code is longer than any that occurs here.</summary>
    private static uint ReadUnsigned(ref BitReader bits)
    {
        var zeros = 0;
        while (zeros <= MaxExpGolombZeros && !bits.HasFailed && !bits.ReadFlag()) zeros++;
        if (zeros > MaxExpGolombZeros) bits.Fail();
        return bits.HasFailed ? 0 : (1u << zeros) - 1 + bits.Read(zeros);
    }

    /// <summary>Takes out emulation_prevention_three_byte (section 7.4.1). Returns the length.</summary>
    private static int Unescape(ReadOnlySpan<byte> unit, Span<byte> bytes)
    {
        var (length, zeros) = (0, 0);
        foreach (var value in unit)
        {
            if (length == bytes.Length) break;
            var isEscape = zeros >= 2 && value == 3;
            zeros = isEscape || value != 0 ? 0 : zeros + 1;
            if (!isEscape) bytes[length++] = value;
        }

        return length;
    }
}
