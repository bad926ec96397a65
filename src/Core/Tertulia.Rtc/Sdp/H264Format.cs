using System.Globalization;

namespace Tertulia.Rtc.Sdp;

/// <summary>H.264 profiles as decoders tell them apart.</summary>
internal enum H264Profile
{
    ConstrainedBaseline,
    Baseline,
    Main,
    ConstrainedHigh,
    High,
    Other,
}

/// <summary>The parts of H.264 format parameters that decide whether two ends understand each other (RFC 6184 section 8.1).</summary>
internal readonly record struct H264Format(H264Profile Profile, int ProfileIdc, int PacketizationMode)
{
    public static H264Format Of(FormatParameters parameters)
    {
        var mode = parameters["packetization-mode"] is "1" ? 1 : parameters["packetization-mode"] is null or "0" ? 0 : 2;
        // What RFC 6184 takes for absent (Baseline 1.0) nobody means; browsers take constrained baseline.
        var id = parameters["profile-level-id"] ?? "42e01f";
        if (id.Length != 6 || !uint.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
            return new(H264Profile.Other, -1, mode);
        var idc = (int)(bits >> 16);
        return new(ProfileOf(idc, (int)(bits >> 8) & 0xff), idc, mode);
    }

    /// <summary>RFC 6184 table 5: the same profile can be written with several profile_idc and constraint flags.</summary>
    private static H264Profile ProfileOf(int idc, int constraints) => idc switch
    {
        0x42 when (constraints & 0x4f) == 0x40 => H264Profile.ConstrainedBaseline,
        0x4d when (constraints & 0x8f) == 0x80 => H264Profile.ConstrainedBaseline,
        0x58 when (constraints & 0xcf) == 0xc0 => H264Profile.ConstrainedBaseline,
        0x42 when (constraints & 0x4f) == 0x00 => H264Profile.Baseline,
        0x58 when (constraints & 0xcf) == 0x80 => H264Profile.Baseline,
        0x4d when (constraints & 0xaf) == 0x00 => H264Profile.Main,
        0x64 when constraints == 0x00 => H264Profile.High,
        0x64 when constraints == 0x0c => H264Profile.ConstrainedHigh,
        _ => H264Profile.Other,
    };

    /// <summary>The same bit streams in the same packets.</summary>
    public bool IsSameAs(H264Format other) =>
        PacketizationMode == other.PacketizationMode && Profile == other.Profile
        && (Profile != H264Profile.Other || ProfileIdc == other.ProfileIdc);

    /// <summary>True when a decoder of this format can be given what a sender of <paramref name="sent"/> makes.</summary>
    public bool CanDecode(H264Format sent)
    {
        // Mode 1 adds aggregation and fragments to the single packets of mode 0; mode 2 interleaves and nobody uses it.
        if (PacketizationMode < sent.PacketizationMode || PacketizationMode > 1) return false;
        if (Profile == H264Profile.Other || sent.Profile == H264Profile.Other) return Profile == sent.Profile && ProfileIdc == sent.ProfileIdc;
        return sent.Profile == Profile
            || sent.Profile == H264Profile.ConstrainedBaseline
            || (sent.Profile == H264Profile.Main && Profile == H264Profile.High)
            || (sent.Profile == H264Profile.ConstrainedHigh && Profile == H264Profile.High);
    }
}
