using System.Buffers.Binary;

namespace Tertulia.Rtc.Rtp;

/// <summary>RFC 6464 client-to-mixer audio level.</summary>
/// <param name="Level">−dBov: 0 is the loudest, 127 silence.</param>
/// <param name="Voice">The sender believes that this is speech.</param>
public readonly record struct AudioLevel(byte Level, bool Voice)
{
    public const int Length = 1;

    public const byte Silence = 127;

    /// <summary>Both forms: one byte, or two in the two-byte form where the second is padding (RFC 6464 section 3).</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out AudioLevel level)
    {
        level = default;
        if (value.IsEmpty) return false;
        level = new((byte)(value[0] & 0x7f), (value[0] & 0x80) != 0);
        return true;
    }

    public void Write(Span<byte> destination) => destination[0] = (byte)((Level & 0x7f) | (Voice ? 0x80 : 0));
}

/// <summary>When a packet left its sender: seconds modulo 64 with 18 fractional bits.</summary>
public readonly record struct AbsSendTime(uint Value)
{
    public const int Length = 3;

    /// <param name="sinceEpoch">Time since any epoch of the sender; only differences mean anything.</param>
    public static AbsSendTime From(TimeSpan sinceEpoch) => new((uint)(((UInt128)(ulong)sinceEpoch.Ticks << 18) / TimeSpan.TicksPerSecond) & 0xff_ffff);

    public static bool TryParse(ReadOnlySpan<byte> value, out AbsSendTime time)
    {
        time = default;
        if (value.Length != Length) return false;
        time = new((uint)(value[0] << 16 | value[1] << 8 | value[2]));
        return true;
    }

    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)(Value >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)Value);
    }

    /// <summary>From <paramref name="earlier"/> to this, right for distances below 32 s.</summary>
    public TimeSpan Since(AbsSendTime earlier)
    {
        var distance = (int)((Value - earlier.Value) << 8) >> 8;
        return new(distance * TimeSpan.TicksPerSecond >> 18);
    }
}

/// <summary>Coordination of video orientation (3GPP TS 26.114 section 7.4.5), forwarded as it came.</summary>
public readonly record struct VideoOrientation(byte Value)
{
    public const int Length = 1;

    /// <summary>Clockwise degrees by which the receiver turns the picture: 0, 90, 180 or 270.</summary>
    public int Rotation => (Value & 3) * 90;

    public bool IsFlipped => (Value & 4) != 0;

    public bool IsBackCamera => (Value & 8) != 0;

    public static bool TryParse(ReadOnlySpan<byte> value, out VideoOrientation orientation)
    {
        orientation = default;
        if (value.Length != Length) return false;
        orientation = new(value[0]);
        return true;
    }
}
