using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Tertulia.MediaNode.Relay;
using Tertulia.MediaNode.Streams;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Sfu;
using Tertulia.Udp;

namespace Tertulia.MediaNode;

/// <summary>
/// The media plane of one process: a loop for each core, each with its own UDP port. Rooms are spread over the loops and stay
/// where they are; whoever joins a room is given the addresses of its loop. The ports are plain STUN servers too.
/// </summary>
public sealed class MediaNode : IAsyncDisposable
{
    // Browsers look at the fingerprint only; the dates are for those who read certificates.
    private static readonly TimeSpan CertificateLife = TimeSpan.FromDays(365);

    private readonly MediaNodeOptions _options;
    private readonly MediaLoop[] _loops;
    private readonly MonotonicClock _clock = new();
    private readonly MediaLoopSet _set;
    private readonly CancellationTokenSource _stopping = new();
    private readonly DtlsCertificate _certificate;
    private volatile IReadOnlyList<IPAddress> _addresses;
    private volatile IReadOnlyList<IPEndPoint> _tcpEndPoints = [];
    private int _disposed;

    private MediaNode(MediaNodeOptions options)
    {
        _options = options;
        _addresses = FindAddresses();
        _set = new(options.Turn is { } turn ? new(turn, new(_addresses, CandidateGathering.HostAddresses()), _clock) : null);
        _loops = OpenLoops(options, _clock, _set);
        _set.Start(_loops);
        if (_set.Relay is { } relay) Turn = new(relay, _loops);
        var today = DateTimeOffset.UtcNow;
        _certificate = DtlsCertificate.Create(today - TimeSpan.FromDays(1), today + CertificateLife);
        if (options.AdvertisedAddresses is null) NetworkChange.NetworkAddressChanged += OnAddressesChanged;
        foreach (var loop in _loops) loop.Start();
    }

    /// <summary>The clock of all rooms: what taps are told moments by.</summary>
    public Instant Now => _clock.Now;

    /// <summary>What is advertised now, best first.</summary>
    public IReadOnlyList<IPAddress> Addresses => _addresses;

    /// <summary>One for each loop, or one for all.</summary>
    public IReadOnlyList<int> UdpPorts => [.. _loops.Select(l => l.UdpPort).Distinct()];

    /// <summary>Where this node answers STUN Binding requests: the first loop at every advertised address, best first.</summary>
    public IReadOnlyList<IPEndPoint> StunEndpoints => [.. _addresses.Select(a => new IPEndPoint(a, _loops[0].UdpPort))];

    /// <summary>
    /// The port at which a room's participants are to ask STUN and TURN: keep the room away from it. libwebrtc takes all that comes from a STUN or
    /// TURN server's address and port for that server's answers, so that checks of a candidate there would never succeed. Null if there is but one port.
    /// </summary>
    public int? ServicePortOf(string roomId) =>
        UdpPorts is { Count: > 1 } ports ? ports[(int)((uint)StringComparer.Ordinal.GetHashCode(roomId) % (uint)ports.Count)] : null;

    /// <summary>The TURN server at these ports; null if there is none.</summary>
    public TurnAccess? Turn { get; }

    /// <summary>
    /// Where byte streams for <see cref="ServeIceStreamAsync"/> are accepted, best first: stands as passive TCP candidates (RFC 6544) in what
    /// rooms opened from now on tell.
    /// </summary>
    public IReadOnlyList<IPEndPoint> TcpEndPoints
    {
        get => _tcpEndPoints;
        set => _tcpEndPoints = value;
    }

    public MediaNodeStatistics Statistics => new([.. _loops.Select(l => l.Snapshot())]);

    /// <exception cref="UdpPortBusyException">A port is in use; the message names it.</exception>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static MediaNode Start(MediaNodeOptions? options = null)
    {
        options ??= new();
        options.Validate();
        return new(options);
    }

    /// <summary>A new, empty room on the loop that has the fewest.</summary>
    /// <param name="roomId">For logs and faults; not looked up.</param>
    /// <param name="apartFrom">Not at this port, if there is another: see <see cref="ServicePortOf"/>.</param>
    public MediaRoom OpenRoom(string roomId, int? apartFrom = null)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var loop = _loops.Where(l => l.UdpPort != apartFrom).DefaultIfEmpty(_loops[0]).MinBy(l => Volatile.Read(ref l.AssignedRooms))!;
        Interlocked.Increment(ref loop.AssignedRooms);
        var room = new MediaRoom(roomId, loop, new Room(RoomOptions(loop), loop.Table));
        var open = new OpenCommand(room);
        var posted = loop.PostAsync(open, CancellationToken.None);

        // Commands keep their order, so whatever is asked of the room comes after this one.
        if (!posted.IsCompletedSuccessfully) posted.AsTask().GetAwaiter().GetResult();
        return room;
    }

    /// <summary>
    /// Takes over a byte stream that begins with STUN or ChannelData: TURN over TCP, or over TLS with <paramref name="stream"/> the
    /// decrypted side (RFC 8656 section 3.1). Returns when either side has ended it, and never throws for what the peer does. The caller
    /// owns the stream and closes it afterwards.
    /// </summary>
    /// <param name="stream">Positioned at the first byte that the peer sent.</param>
    /// <param name="local">The address that the peer connected to.</param>
    /// <param name="remote">The peer as the network shows it.</param>
    /// <param name="isTls">Only told in statistics; the protocol is the same.</param>
    /// <param name="cancellationToken">Ends the service of this stream.</param>
    public async Task ServeTurnStreamAsync(Stream stream, IPEndPoint local, IPEndPoint remote, bool isTls, CancellationToken cancellationToken)
    {
        if (_set.Relay is null) return;
        var loop = _loops[_set.LoopOfClient(remote)];
        await _set.ServeAsync(stream, local, remote, isTurn: true, _ => loop.Mail, Linked(cancellationToken), path =>
            loop.PostToRelay(server => server.EndClient(path))).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes over a byte stream that begins with a connectivity check in RFC 4571 framing: a browser that connected to a passive TCP
    /// candidate (RFC 6544). Ends and owns as <see cref="ServeTurnStreamAsync"/> does.
    /// </summary>
    public Task ServeIceStreamAsync(Stream stream, IPEndPoint local, IPEndPoint remote, CancellationToken cancellationToken) =>
        _set.ServeAsync(stream, local, remote, isTurn: false, _set.MailOfCheck, Linked(cancellationToken), _ => { });

    /// <summary>Closes all rooms and ends the loops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        NetworkChange.NetworkAddressChanged -= OnAddressesChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_loops.Select(l => l.StopAsync())).ConfigureAwait(false);
        }
        finally
        {
            foreach (var loop in _loops) loop.Dispose();
            _certificate.Dispose();
        }
    }

    private RoomOptions RoomOptions(MediaLoop loop) => new()
    {
        Certificate = _certificate,
        Candidates = CandidateGathering.Candidates(_addresses, loop.UdpPort, _tcpEndPoints),
        UsernameFragmentPrefix = LoopFragments.PrefixOf(Array.IndexOf(_loops, loop)),
        Entropy = _options.Entropy,
        ConsentTimeout = _options.ConsentTimeout,
        NtpAtZero = _clock.NtpAtZero,
    };

    private CancellationTokenSource Linked(CancellationToken cancellation) =>
        CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);

    private static MediaLoop[] OpenLoops(MediaNodeOptions options, MonotonicClock clock, MediaLoopSet set)
    {
        var loops = new List<MediaLoop>(options.Loops);
        var shared = options.SinglePort ? FindSharedPort(options) : 0;
        try
        {
            for (var i = 0; i < options.Loops; i++)
            {
                var port = UdpPort.Open(new()
                {
                    Address = options.BindAddress,
                    Port = options.SinglePort ? shared : options.UdpPort == 0 ? 0 : options.UdpPort + i,
                    Shared = options.SinglePort,
                });
                loops.Add(new(i, port, clock, set, options));
            }

            if (options.SinglePort && options.Loops > 1 && options.ConnectFlows)
            {
                foreach (var loop in loops) loop.SharePort(options.Loops);
            }

            return [.. loops];
        }
        catch
        {
            foreach (var loop in loops) loop.Dispose();
            throw;
        }
    }

    // Sockets that share a port would share it with those of another process too, and each would get half of the datagrams.
    private static int FindSharedPort(MediaNodeOptions options)
    {
        using var alone = UdpPort.Open(new() { Address = options.BindAddress, Port = options.UdpPort });
        return alone.LocalEndPoint.Port;
    }

    private IReadOnlyList<IPAddress> FindAddresses() =>
        _options.AdvertisedAddresses
        ?? (_options.BindAddress is { } bound && !bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)
            ? [bound]
            : CandidateGathering.HostAddresses());

    // Rooms that are open keep what they have told their participants.
    private void OnAddressesChanged(object? sender, EventArgs e)
    {
        _addresses = FindAddresses();
        if (_set.Relay is { } relay) relay.Addresses = new(_addresses, CandidateGathering.HostAddresses());
    }
}
