using Tertulia.MediaNode;
using Tertulia.Udp;
using Node = Tertulia.MediaNode.MediaNode;

namespace Tertulia.Server.Hosting;

/// <summary>The media node of this server, started before the first request is taken.</summary>
public sealed partial class MediaPlane : IAsyncDisposable
{
    private readonly ILogger _logger;

    /// <exception cref="StartupException">A configured port is taken.</exception>
    public MediaPlane(TertuliaOptions options, ILogger<MediaPlane> logger)
    {
        _logger = logger;
        Node = options.Media.UdpPort is { } port ? StartAt(options.Media, port) : StartAtUsual(options.Media);
    }

    public Node Node { get; }

    /// <summary>One per media loop; STUN is answered there too.</summary>
    public IReadOnlyList<int> UdpPorts => Node.UdpPorts;

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    private Node StartAt(MediaOptions media, int port)
    {
        try
        {
            return Start(media, port);
        }
        catch (UdpPortBusyException e)
        {
            throw new StartupException($"{e.Message.TrimEnd('.')}. Set Tertulia__Media__UdpPort to another number, or to 0 for free ports.");
        }
    }

    // Nobody asked for these ports, so a second server on the same machine just takes others.
    private Node StartAtUsual(MediaOptions media)
    {
        try
        {
            return Start(media, MediaOptions.UsualUdpPort);
        }
        catch (UdpPortBusyException)
        {
            return Start(media, 0);
        }
    }

    private Node Start(MediaOptions media, int port) => Node.Start(new MediaNodeOptions
    {
        Loops = media.Loops,
        UdpPort = port,
        AdvertisedAddresses = media.AdvertisedAddresses,
        ConsentTimeout = media.ConsentTimeout,
        FaultHandler = fault => LogFault(fault.Exception, fault.RoomId, fault.Connection ?? "the whole room"),
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "Media of {Room} failed and was closed: {Connection}")]
    private partial void LogFault(Exception exception, string room, string connection);
}
