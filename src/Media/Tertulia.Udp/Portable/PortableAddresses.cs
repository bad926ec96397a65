using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Tertulia.Rtc.Net;

namespace Tertulia.Udp.Portable;

/// <summary>
/// Between .NET's socket addresses and ours. All systems have the port at 2, IPv4 at 4 and IPv6 at 8 (sockaddr_in, sockaddr_in6);
/// the family is set by .NET itself.
/// </summary>
internal static class PortableAddresses
{
    public static TransportAddress Read(SocketAddress source)
    {
        var bytes = source.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return source.Family == AddressFamily.InterNetworkV6
            ? new(bytes.Slice(8, 16), port)
            : TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port);
    }

    public static void Write(in TransportAddress address, SocketAddress destination)
    {
        destination.Size = SocketAddress.GetMaximumAddressSize(destination.Family);
        var bytes = destination.Buffer.Span;
        bytes[2..].Clear(); // flow and scope of whatever was read into it before
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], address.Port);
        if (destination.Family == AddressFamily.InterNetworkV6) address.WriteAddress(bytes[8..]);
        else BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], address.IPv4);
    }
}
