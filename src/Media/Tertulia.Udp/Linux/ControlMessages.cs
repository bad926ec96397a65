using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>
/// Ancillary data (cmsg(3)): the local address of a datagram (RFC 3542 section 6), the size of segments, the kernel's drop
/// counter. On 64-bit Linux a header is length (8), level (4), type (4), and everything is aligned to 8.
/// </summary>
internal static unsafe class ControlMessages
{
    /// <summary>Enough for everything that is asked for or sent with one datagram.</summary>
    public const int BufferSize = 128;

    private const int HeaderSize = 16;
    private const int InPktInfoSize = 12;
    private const int In6PktInfoSize = 20;

    /// <summary>Writes the source address, unless it is unspecified, and the segment size, unless 0.</summary>
    /// <returns>Bytes used.</returns>
    public static int Write(byte* buffer, in TransportAddress source, bool inet6, int segmentSize)
    {
        var used = 0;
        if (!source.IsUnspecified)
        {
            if (inet6)
            {
                var info = Begin(buffer, ref used, IpProtoIpv6, Ipv6PktInfo, In6PktInfoSize);
                source.WriteAddress(info); // struct in6_pktinfo: address, interface (0: by the routing table)
                info[16..].Clear();
            }
            else
            {
                var info = Begin(buffer, ref used, IpProtoIp, IpPktInfo, InPktInfoSize);
                info.Clear(); // struct in_pktinfo: interface, source, destination
                BinaryPrimitives.WriteUInt32BigEndian(info[4..], source.IPv4);
            }
        }

        if (segmentSize > 0)
        {
            var value = Begin(buffer, ref used, SolUdp, UdpSegment, sizeof(ushort));
            BitConverter.TryWriteBytes(value, (ushort)segmentSize);
        }

        return used;
    }

    public static ReceivedControl Read(ReadOnlySpan<byte> control, ushort localPort)
    {
        var result = default(ReceivedControl);
        while (control.Length >= HeaderSize)
        {
            var length = (int)BitConverter.ToInt64(control);
            if (length < HeaderSize || length > control.Length) break;
            var level = BitConverter.ToInt32(control[8..]);
            var type = BitConverter.ToInt32(control[12..]);
            var data = control[HeaderSize..length];
            switch (level, type)
            {
                case (IpProtoIpv6, Ipv6PktInfo) when data.Length >= In6PktInfoSize:
                    result.Local = new(data, localPort);
                    break;
                case (IpProtoIp, IpPktInfo) when data.Length >= InPktInfoSize:
                    result.Local = TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(data[4..]), localPort);
                    break;
                case (SolUdp, UdpGro) when data.Length >= sizeof(int):
                    result.SegmentSize = BitConverter.ToInt32(data);
                    break;
                case (SolSocket, SoRxqOvfl) when data.Length >= sizeof(uint):
                    result.DroppedByKernel = BitConverter.ToUInt32(data);
                    break;
            }

            var next = length + 7 & ~7;
            if (next >= control.Length) break;
            control = control[next..];
        }

        return result;
    }

    private static Span<byte> Begin(byte* buffer, ref int used, int level, int type, int size)
    {
        var message = new Span<byte>(buffer + used, HeaderSize + (size + 7 & ~7));
        message.Clear();
        BitConverter.TryWriteBytes(message, (long)(HeaderSize + size));
        BitConverter.TryWriteBytes(message[8..], level);
        BitConverter.TryWriteBytes(message[12..], type);
        used += message.Length;
        return message.Slice(HeaderSize, size);
    }
}

internal struct ReceivedControl
{
    /// <summary>Where the datagram was sent to; unspecified if the kernel did not say.</summary>
    public TransportAddress Local;

    /// <summary>Size of the datagrams in a coalesced read, 0 if it is a single one.</summary>
    public int SegmentSize;

    /// <summary>Datagrams that the socket has lost so far because its buffer was full.</summary>
    public uint? DroppedByKernel;
}
