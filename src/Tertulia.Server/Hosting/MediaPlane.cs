namespace Tertulia.Server.Hosting;

/// <summary>The media node of this server, started before the first request is taken.</summary>
public sealed class MediaPlane
{
    /// <summary>One per media loop; STUN is answered there too.</summary>
    public IReadOnlyList<int> UdpPorts { get; init; } = [];
}
