using System.Buffers.Binary;
using System.Net;

namespace Tertulia.Rtc.Net;

/// <summary>
/// An IP address, port and what carries datagrams there, without allocation. IPv4 is kept in its IPv4-mapped IPv6 form (RFC 4291
/// section 2.5.5.2), so that one dual-stack socket and one table serve both families.
/// </summary>
public readonly struct TransportAddress : IEquatable<TransportAddress>
{
    private readonly ulong _high;
    private readonly ulong _low;

    /// <param name="address">16 bytes in network order; IPv4 as ::ffff:a.b.c.d.</param>
    /// <param name="port">UDP or TCP port.</param>
    public TransportAddress(ReadOnlySpan<byte> address, ushort port)
    {
        _high = BinaryPrimitives.ReadUInt64BigEndian(address);
        _low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        Port = port;
    }

    private TransportAddress(ulong high, ulong low, ushort port, uint carrier = 0) => (_high, _low, Port, Carrier) = (high, low, port, carrier);

    public ushort Port { get; }

    /// <summary>
    /// 0: UDP through the driver's own socket. Anything else is a number by which the driver knows a byte stream or a relay; Core
    /// only keeps apart what differs in it, as a transport address differs by its protocol.
    /// </summary>
    public uint Carrier { get; }

    public bool IsIPv4 => _high == 0 && _low >> 32 == 0xffff;

    /// <summary>Neither address nor port: "not known".</summary>
    public bool IsUnspecified => _high == 0 && (_low == 0 || _low == 0xffff_0000_0000UL);

    /// <summary>The IPv4 address in host order; meaningful only when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)_low;

    public static TransportAddress FromIPv4(uint address, ushort port) => new(0, 0xffff_0000_0000UL | address, port);

    public TransportAddress WithCarrier(uint carrier) => new(_high, _low, Port, carrier);

    public TransportAddress WithPort(ushort port) => new(_high, _low, port, Carrier);

    public static TransportAddress From(IPEndPoint endPoint) => From(endPoint.Address, (ushort)endPoint.Port);

    public static TransportAddress From(IPAddress address, ushort port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new(bytes, port);
    }

    /// <summary>Writes the 16 address bytes in network order.</summary>
    public void WriteAddress(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        var address = new IPAddress(bytes);
        return new(IsIPv4 ? address.MapToIPv4() : address, Port);
    }

    public bool Equals(TransportAddress other) => _high == other._high && _low == other._low && Port == other.Port && Carrier == other.Carrier;

    public override bool Equals(object? obj) => obj is TransportAddress other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low, (ulong)Carrier << 16 | Port);

    public override string ToString() => ToIPEndPoint().ToString();

    public static bool operator ==(TransportAddress left, TransportAddress right) => left.Equals(right);

    public static bool operator !=(TransportAddress left, TransportAddress right) => !left.Equals(right);
}

/// <summary>
/// The two ends of one UDP flow. <see cref="Local"/> is the address the peer sent to; an answer must leave from it, or a
/// host with several addresses would answer from the wrong one. Unspecified lets the kernel choose.
/// </summary>
public readonly record struct NetworkPath(TransportAddress Remote, TransportAddress Local);
