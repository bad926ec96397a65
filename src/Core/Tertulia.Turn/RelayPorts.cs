using Tertulia.Rtc.Net;

namespace Tertulia.Turn;

/// <summary>Where relayed transport addresses come from: sockets in production, a table in tests.</summary>
public abstract class RelayPorts
{
    /// <summary>The address under which the world reaches relayed ports of that family; unspecified if there is none.</summary>
    public abstract TransportAddress Address(bool ipv6);

    /// <summary>Takes a free port, for both families.</summary>
    /// <param name="even">It must be even.</param>
    /// <param name="withNext">Takes the port above too.</param>
    /// <param name="port">This caller's until released.</param>
    /// <returns>False if the range is used up.</returns>
    public abstract bool TryTake(bool even, bool withNext, out ushort port);

    public abstract void Release(ushort port);

    /// <summary>An address of this very host, whatever the port.</summary>
    public abstract bool IsOwn(in TransportAddress address);

    /// <summary>On such a port of this host stands our own media or another relay.</summary>
    public abstract bool IsOwnPort(ushort port);
}

/// <summary>The way from a relayed address to a peer.</summary>
public enum PeerRoute : byte
{
    /// <summary>Not allowed.</summary>
    Refused,

    /// <summary>Through the network.</summary>
    Network,

    /// <summary>To a media or relay port of this server, which the driver serves without the network.</summary>
    Own,
}
