using Tertulia.Contracts.Rest;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Api;

/// <summary>The STUN server of this deployment, as the client that asks reaches them.</summary>
public sealed class IceServers(PublicAddress address, MediaPlane media)
{
    public IReadOnlyList<IceServer> For(HttpContext context)
    {
        var host = address.HostOf(context);
        return [new IceServer($"stun:{host}:{media.UdpPorts[0]}")];
    }
}
