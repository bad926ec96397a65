using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Ice;

/// <summary>How a candidate was found (RFC 8445 section 5.1.1).</summary>
public enum IceCandidateType
{
    Host,
    ServerReflexive,
    PeerReflexive,
    Relayed,
}

/// <summary>The transport of a candidate; TCP ones are those of RFC 6544.</summary>
public enum IceTransportProtocol
{
    Udp,
    Tcp,
}

/// <summary>
/// One ICE candidate as it stands in an <c>a=candidate</c> line (RFC 8839 section 5.1).
/// </summary>
/// <param name="Address">An IP address or a name, such as the <c>.local</c> names behind which browsers hide addresses.</param>
public sealed record IceCandidate(
    string Foundation, int Component, IceTransportProtocol Protocol, uint Priority, string Address, ushort Port, IceCandidateType Type)
{
    private const string Prefix = "candidate:";

    public string? RelatedAddress { get; init; }

    public ushort RelatedPort { get; init; }

    /// <summary>active, passive or so; only TCP candidates have it.</summary>
    public string? TcpType { get; init; }

    /// <summary>A UDP host candidate for component 1 with the recommended priority (RFC 8445 section 5.1.2.1).</summary>
    /// <param name="address">Where this end receives.</param>
    /// <param name="localPreference">0..65535, higher is tried first; distinct for each address of one host.</param>
    public static IceCandidate Host(TransportAddress address, ushort localPreference = 65535)
    {
        var endPoint = address.ToIPEndPoint();
        const uint hostTypePreference = 126;
        var priority = hostTypePreference << 24 | (uint)localPreference << 8 | 255;
        var foundation = (65535u - localPreference + 1).ToString(CultureInfo.InvariantCulture);
        return new(foundation, 1, IceTransportProtocol.Udp, priority, endPoint.Address.ToString(), address.Port, IceCandidateType.Host);
    }

    /// <summary>A TCP host candidate to which the peer connects (RFC 6544): worth less than any UDP one (section 4.2).</summary>
    /// <param name="address">Where this end listens.</param>
    /// <param name="otherPreference">0..8191, distinct for each address of one host.</param>
    public static IceCandidate PassiveTcp(TransportAddress address, ushort otherPreference = 8191)
    {
        var endPoint = address.ToIPEndPoint();
        const uint hostTypePreference = 90, passivePreference = 4;
        var priority = hostTypePreference << 24 | (passivePreference << 13 | otherPreference) << 8 | 255;
        var foundation = (100_000u + 8191 - otherPreference).ToString(CultureInfo.InvariantCulture);
        return new(foundation, 1, IceTransportProtocol.Tcp, priority, endPoint.Address.ToString(), address.Port, IceCandidateType.Host)
        {
            TcpType = "passive",
        };
    }

    /// <summary>False when <see cref="Address"/> is a name rather than an IP address.</summary>
    public bool TryGetTransportAddress(out TransportAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(Address, out var ip)) return false;
        address = TransportAddress.From(ip, Port);
        return true;
    }

    /// <summary>
    /// Reads the value of an <c>a=candidate</c> line or the <c>candidate</c> member of an RTCIceCandidateInit, with or without
    /// its <c>candidate:</c> or <c>a=candidate:</c> prefix. Unknown extension attributes are passed over.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IceCandidate? candidate)
    {
        candidate = null;
        text = text.Trim();
        // Written out again it must be one line that reads the same.
        if (text.ContainsAnyExceptInRange(' ', '~')) return false;
        if (text.StartsWith("a=", StringComparison.Ordinal)) text = text[2..];
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) text = text[Prefix.Length..];

        var foundation = NextToken(ref text);
        if (foundation.Length is 0 or > 32) return false;
        if (!int.TryParse(NextToken(ref text), NumberStyles.None, CultureInfo.InvariantCulture, out var component)) return false;
        if (component is < 1 or > 256 || !TryParseProtocol(NextToken(ref text), out var protocol)) return false;
        if (!uint.TryParse(NextToken(ref text), NumberStyles.None, CultureInfo.InvariantCulture, out var priority)) return false;
        var address = NextToken(ref text);
        if (address.Length is 0 or > 255) return false;
        if (!ushort.TryParse(NextToken(ref text), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        if (!NextToken(ref text).SequenceEqual("typ") || !TryParseType(NextToken(ref text), out var type)) return false;

        string? relatedAddress = null;
        ushort relatedPort = 0;
        string? tcpType = null;
        while (text.Length > 0)
        {
            var name = NextToken(ref text);
            var value = NextToken(ref text);
            if (value.IsEmpty) break;
            if (name.SequenceEqual("raddr")) relatedAddress = value.ToString();
            else if (name.SequenceEqual("rport")) _ = ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out relatedPort);
            else if (name.SequenceEqual("tcptype")) tcpType = value.ToString();
        }

        candidate = new(foundation.ToString(), component, protocol, priority, address.ToString(), port, type)
        {
            RelatedAddress = relatedAddress,
            RelatedPort = relatedAddress is null ? (ushort)0 : relatedPort,
            TcpType = tcpType,
        };
        return true;
    }

    /// <summary>The attribute's form, <c>candidate:1 1 udp … typ host</c>, without <c>a=</c>.</summary>
    public override string ToString()
    {
        var protocol = Protocol == IceTransportProtocol.Udp ? "udp" : "tcp";
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Foundation} {Component} {protocol} {Priority} {Address} {Port} typ {TypeName(Type)}");
        if (RelatedAddress is not null) text += string.Create(CultureInfo.InvariantCulture, $" raddr {RelatedAddress} rport {RelatedPort}");
        if (TcpType is not null) text += $" tcptype {TcpType}";
        return text;
    }

    private static ReadOnlySpan<char> NextToken(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var end = text.IndexOf(' ');
        if (end < 0) end = text.Length;
        var token = text[..end];
        text = text[end..].TrimStart();
        return token;
    }

    private static bool TryParseProtocol(ReadOnlySpan<char> token, out IceTransportProtocol protocol)
    {
        protocol = token.Equals("tcp", StringComparison.OrdinalIgnoreCase) ? IceTransportProtocol.Tcp : IceTransportProtocol.Udp;
        return protocol == IceTransportProtocol.Tcp || token.Equals("udp", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryParseType(ReadOnlySpan<char> token, out IceCandidateType type)
    {
        foreach (var known in Enum.GetValues<IceCandidateType>())
        {
            type = known;
            if (token.Equals(TypeName(known), StringComparison.OrdinalIgnoreCase)) return true;
        }

        type = default;
        return false;
    }

    private static string TypeName(IceCandidateType type) => type switch
    {
        IceCandidateType.Host => "host",
        IceCandidateType.ServerReflexive => "srflx",
        IceCandidateType.PeerReflexive => "prflx",
        _ => "relay",
    };
}
