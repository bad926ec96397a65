using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>Between the kernel's socket addresses and ours. An IPv6 socket shows IPv4 as ::ffff:a.b.c.d, just as we keep it.</summary>
internal static unsafe class SocketAddresses
{
    private const uint InetSize = 16;
    private const uint Inet6Size = 28;

    /// <returns>The size that the kernel wants to be told.</returns>
    public static uint Write(in TransportAddress address, bool inet6, SocketAddressStorage* destination)
    {
        *destination = default;
        BinaryPrimitives.WriteUInt16BigEndian(new(destination->Port, 2), address.Port);
        if (inet6)
        {
            destination->Family = AfInet6;
            address.WriteAddress(new(destination->IPv6, 16));
            return Inet6Size;
        }

        destination->Family = AfInet;
        BinaryPrimitives.WriteUInt32BigEndian(new(destination->IPv4, 4), address.IPv4);
        return InetSize;
    }

    public static TransportAddress Read(SocketAddressStorage* source)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(new(source->Port, 2));
        return source->Family == AfInet6
            ? new(new(source->IPv6, 16), port)
            : TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(new(source->IPv4, 4)), port);
    }
}
