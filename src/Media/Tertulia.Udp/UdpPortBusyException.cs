using System.Globalization;
using System.Net;

namespace Tertulia.Udp;

/// <summary>The wanted UDP port belongs to another socket.</summary>
public sealed class UdpPortBusyException : IOException
{
    public UdpPortBusyException(IPEndPoint endPoint)
        : base(string.Create(CultureInfo.InvariantCulture, $"UDP port {endPoint.Port} is in use by another process (bind to {endPoint})."))
    {
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public int Port => EndPoint.Port;
}
