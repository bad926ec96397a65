using System.Security.Cryptography;
using Tertulia.MediaNode;
using Tertulia.MediaNode.Relay;
using Tertulia.Udp;
using Node = Tertulia.MediaNode.MediaNode;

namespace Tertulia.Server.Hosting;

/// <summary>The media node of this server, started before the first request is taken.</summary>
public sealed partial class MediaPlane : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly TurnOptions? _turn;

    /// <exception cref="StartupException">A configured port is taken.</exception>
    internal MediaPlane(TertuliaOptions options, RelayUsage usage, ILogger<MediaPlane> logger)
    {
        _logger = logger;
        _turn = options.Turn is { Enabled: true, External.Count: 0 } turn ? TurnFrom(turn, usage) : null;
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
        SinglePort = media.SinglePort,
        AdvertisedAddresses = media.AdvertisedAddresses,
        Turn = _turn,
        ConsentTimeout = media.ConsentTimeout,
        FaultHandler = fault => LogFault(fault.Exception, fault.RoomId, fault.Connection ?? "the whole room"),
    });

    private static TurnOptions TurnFrom(TurnSettings settings, RelayUsage usage) => new()
    {
        Realm = settings.Realm,
        Secret = settings.Secret ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(32)),
        FirstRelayPort = settings.FirstRelayPort,
        LastRelayPort = settings.LastRelayPort,
        AllowedPeers = settings.AllowedPeers,
        AllocationsPerParticipant = settings.AllocationsPerParticipant,
        AllocationsPerAddress = settings.AllocationsPerAddress,
        UsageHandler = usage.Add,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Media of {Room} failed and was closed: {Connection}")]
    private partial void LogFault(Exception exception, string room, string connection);
}
