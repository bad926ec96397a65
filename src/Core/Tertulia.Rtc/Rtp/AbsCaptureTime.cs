using System.Buffers.Binary;
using Tertulia.Rtc.Rtcp;

namespace Tertulia.Rtc.Rtp;

/// <summary>
/// When a frame was captured, on the capturer's clock, carried through every middle box unchanged. The optional second field
/// estimates how far the sender's clock (that of its sender reports) is from the capturer's.
/// </summary>
/// <param name="CaptureTime">NTP time of the capturer.</param>
/// <param name="ClockOffset">Capturer's clock minus sender's, 32.32 fixed point seconds; null in the short form.</param>
public readonly record struct AbsCaptureTime(NtpTime CaptureTime, long? ClockOffset)
{
    public const int ShortLength = 8;

    public const int LongLength = 16;

    public int Length => ClockOffset is null ? ShortLength : LongLength;

    public static bool TryParse(ReadOnlySpan<byte> value, out AbsCaptureTime time)
    {
        time = default;
        if (value.Length is not (ShortLength or LongLength)) return false;
        var capture = new NtpTime(BinaryPrimitives.ReadUInt64BigEndian(value));
        time = new(capture, value.Length == LongLength ? BinaryPrimitives.ReadInt64BigEndian(value[8..]) : null);
        return true;
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, CaptureTime.Value);
        if (ClockOffset is { } offset) BinaryPrimitives.WriteInt64BigEndian(destination[8..], offset);
    }
}
