using Tertulia.Contracts.Rest;
using Tertulia.Control.Meetings;
using Tertulia.Server.Hosting;
using Tertulia.Turn;

namespace Tertulia.Server.Api;

/// <summary>The STUN and TURN servers of this deployment, as the client that asks reaches them, with credentials for one participant.</summary>
public sealed class IceServers(PublicAddress address, MediaPlane media, TcpPorts tcp, TertuliaOptions options, TimeProvider time)
{
    private readonly TurnCredentials? _external = options.Turn.External.Count > 0 ? new(options.Turn.Secret!, options.Turn.Realm) : null;

    public IReadOnlyList<IceServer> For(HttpContext context, string meetingId, string peerId)
    {
        var host = address.HostOf(context);

        // Never the port of the meeting's own media: browsers would take its answers for those of the server named here.
        var udpPort = media.Node.ServicePortOf(meetingId);
        IceServer[] stun = udpPort is null ? [] : [new($"stun:{host}:{udpPort}")];
        var id = RelayIdentity.Of(meetingId, peerId);
        if (_external is not null)
        {
            var credential = _external.Issue(id, time.GetUtcNow().ToUnixTimeSeconds());
            return [.. stun, .. options.Turn.External.Select(url => With(credential, url))];
        }

        if (media.Node.Turn is not { } turn) return stun;
        var own = turn.Issue(id);
        var servers = new List<IceServer>(stun);
        if (udpPort is not null) servers.Add(With(own, $"turn:{host}:{udpPort}?transport=udp"));
        if (tcp.Plain is { } plain) servers.Add(With(own, $"turn:{host}:{plain}?transport=tcp"));
        if (tcp.Tls is { } tls) servers.Add(With(own, $"turns:{host}:{tls}?transport=tcp"));
        return servers;
    }

    private static IceServer With(TurnCredential credential, string url) => new(url, credential.Username, credential.Password);
}
