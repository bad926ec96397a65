using System.Buffers.Binary;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Stun;

/// <summary>The value of MAPPED-ADDRESS and of its XOR forms (RFC 8489 sections 14.1 and 14.2).</summary>
internal static class StunAddress
{
    public const int MaxSize = 20;
    private const byte FamilyIPv4 = 1;
    private const byte FamilyIPv6 = 2;

    /// <param name="mask">Magic cookie and transaction id, 16 bytes; empty for the form without XOR.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask, out TransportAddress address)
    {
        address = default;
        if (value.Length < 8) return false;
        var family = value[1];
        if (!(family == FamilyIPv4 && value.Length == 8) && !(family == FamilyIPv6 && value.Length == 20)) return false;

        Span<byte> plain = stackalloc byte[18];
        var length = value.Length - 2;
        value[2..].CopyTo(plain);
        Mask(plain[..length], mask);
        var port = BinaryPrimitives.ReadUInt16BigEndian(plain);
        address = family == FamilyIPv4
            ? TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(plain[2..]), port)
            : new(plain[2..], port);
        return true;
    }

    /// <summary>An IPv4-mapped address is written as IPv4, since that is what the other side knows. Returns the size.</summary>
    public static int Write(in TransportAddress address, ReadOnlySpan<byte> mask, Span<byte> destination)
    {
        destination[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], address.Port);
        int size;
        if (address.IsIPv4)
        {
            destination[1] = FamilyIPv4;
            BinaryPrimitives.WriteUInt32BigEndian(destination[4..], address.IPv4);
            size = 8;
        }
        else
        {
            destination[1] = FamilyIPv6;
            address.WriteAddress(destination[4..]);
            size = 20;
        }

        Mask(destination[2..size], mask);
        return size;
    }

    // The port is masked with the first half of the cookie, the address with all of it again from the start.
    private static void Mask(Span<byte> portAndAddress, ReadOnlySpan<byte> mask)
    {
        if (mask.IsEmpty) return;
        portAndAddress[0] ^= mask[0];
        portAndAddress[1] ^= mask[1];
        for (var i = 2; i < portAndAddress.Length; i++) portAndAddress[i] ^= mask[i - 2];
    }
}
