using Tertulia.Contracts.Rest;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Api;

/// <summary>The STUN servers of this deployment, as the client that asks reaches them.</summary>
public sealed class IceServers(PublicAddress address, MediaPlane media)
{
    public IReadOnlyList<IceServer> For(HttpContext context)
    {
        var host = address.HostOf(context);
        return [.. media.UdpPorts.Select(port => new IceServer($"stun:{host}:{port}"))];
    }
}
