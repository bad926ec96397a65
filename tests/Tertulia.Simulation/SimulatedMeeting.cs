using System.Net;
using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Srtp;
using Tertulia.Sfu;

namespace Tertulia.Simulation;

/// <summary>A whole meeting in one thread and in virtual time: the room, its participants' browsers, and the networks between.</summary>
public sealed class SimulatedMeeting : IDisposable
{
    private static readonly DtlsCertificate Certificate = DtlsCertificate.Create(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));

    private readonly Dictionary<TransportAddress, (SimulatedBrowser Browser, SimulatedConnection Connection)> _byAddress = [];
    private readonly Dictionary<(ParticipantId, ConnectionKey), SrtpKeyingMaterial> _keys = [];
    private readonly List<SimulatedBrowser> _browsers = [];
    private readonly DatagramBatch _outbox = new(1024);
    private ushort _nextPort = 40000;

    public SimulatedMeeting(ulong seed = 1, bool useDtls = false)
    {
        Entropy = new SeededEntropy(seed);
        UsesDtls = useDtls;
        Table = new ConnectionTable();
        Room = new Room(
            new RoomOptions
            {
                Certificate = Certificate,
                Entropy = Entropy,
                Candidates = [IceCandidate.Host(ServerAddress)],
                AgreedKeys = useDtls ? null : KeysOf,
            },
            Table);
    }

    public static TransportAddress ServerAddress { get; } = TransportAddress.From(IPAddress.Parse("10.0.0.1"), 7000);

    public SeededEntropy Entropy { get; }

    public bool UsesDtls { get; }

    public Room Room { get; }

    public ConnectionTable Table { get; }

    public SimulatedNetwork Network { get; } = new();

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    /// <summary>What the room has allocated while it handled datagrams.</summary>
    public long BytesAllocatedForDatagrams { get; private set; }

    /// <summary>What the room reported, in order, with the time it did.</summary>
    public List<(Instant At, RoomEvent Event)> Events { get; } = [];

    public IReadOnlyList<SimulatedBrowser> Browsers => _browsers;

    /// <summary>Others' traffic on the same lines.</summary>
    public List<CompetingFlow> Traffic { get; } = [];

    /// <summary>Somebody enters; negotiation is instant, media takes the network's time.</summary>
    /// <param name="name">Becomes the participant's id.</param>
    /// <param name="sharesDownlink">Speaks the transport dialect: one connection up, one down.</param>
    /// <param name="simulcast">Sends its camera in three sizes.</param>
    /// <param name="takesFlexFec">Accepts repair packets where the server offers them.</param>
    /// <param name="onlyWatches">Publishes nothing.</param>
    /// <param name="clockSkew">See <see cref="SimulatedBrowser.ClockSkew"/>.</param>
    /// <param name="knowsRed">Sends and takes redundant audio.</param>
    /// <param name="layers">Sends its camera in one encoding of three spatial layers.</param>
    public SimulatedBrowser Join(
        string name, bool sharesDownlink = false, bool simulcast = false, bool takesFlexFec = false, bool onlyWatches = false, double clockSkew = 0, bool knowsRed = true,
        bool layers = false)
    {
        var browser = new SimulatedBrowser(this, new ParticipantId(name), sharesDownlink || simulcast)
        {
            SendsLayers = layers,
            SendsSimulcast = simulcast,
            TakesFlexFec = takesFlexFec,
            OnlyWatches = onlyWatches,
            ClockSkew = clockSkew,
            KnowsRed = knowsRed,
        };
        sharesDownlink |= simulcast;
        Room.AddParticipant(Now, browser.Id);
        _browsers.Add(browser);
        if (!onlyWatches) browser.ConnectUplink();
        if (sharesDownlink) browser.RefreshDownlink();
        foreach (var other in _browsers.Where(other => other != browser))
        {
            if (!other.SharesDownlink && !onlyWatches) other.ConnectTo(browser, clientOffers: true);
            if (!sharesDownlink && !other.OnlyWatches) browser.ConnectTo(other, clientOffers: false);
        }

        return browser;
    }

    public void Leave(SimulatedBrowser browser)
    {
        Room.RemoveParticipant(Now, browser.Id);
        _browsers.Remove(browser);
        foreach (var other in _browsers) other.Forget(browser.Id);
        browser.Dispose();
    }

    public void Run(TimeSpan duration)
    {
        var end = Now + duration;
        while (Step(end))
        {
        }

        Now = end;
    }

    /// <summary>Runs until the condition holds.</summary>
    /// <returns>The time it took; null when it did not hold within <paramref name="limit"/>.</returns>
    public TimeSpan? RunUntil(Func<bool> condition, TimeSpan limit)
    {
        var (start, end) = (Now, Now + limit);
        while (!condition())
        {
            if (!Step(end)) return condition() ? Now - start : null;
        }

        return Now - start;
    }

    public void Dispose()
    {
        foreach (var browser in _browsers) browser.Dispose();
        foreach (var browser in _browsers) Room.RemoveParticipant(Now, browser.Id);
    }

    internal SimulatedConnection Open(SimulatedBrowser browser, ConnectionKey key)
    {
        var address = TransportAddress.From(browser.Address, _nextPort++);
        var keys = UsesDtls ? null : KeysOf(browser.Id, key).Mirror();
        var connection = new SimulatedConnection(address, Certificate, keys, Entropy, browser.TakesFlexFec, browser.KnowsRed, browser.SendsLayers && key.Kind == ConnectionKind.Uplink);
        _byAddress[address] = (browser, connection);
        return connection;
    }

    internal void Close(SimulatedConnection connection)
    {
        _byAddress.Remove(connection.Address);
        connection.Dispose();
    }

    /// <summary>The client's address changes, as on the way from Wi-Fi to mobile.</summary>
    internal void Move(SimulatedBrowser browser, SimulatedConnection connection)
    {
        _byAddress.Remove(connection.Address);
        connection.Address = TransportAddress.From(browser.Address, _nextPort++);
        _byAddress[connection.Address] = (browser, connection);
    }

    private SrtpKeyingMaterial KeysOf(ParticipantId id, ConnectionKey key)
    {
        if (!_keys.TryGetValue((id, key), out var keys)) _keys[(id, key)] = keys = SrtpKeyingMaterial.Create(SrtpProfile.AeadAes128Gcm, Entropy);
        return keys;
    }

    // One event: the next arrival or the next deadline of anybody.
    private bool Step(Instant end)
    {
        ServiceRoom();
        var next = Instant.Min(Network.NextArrival, Room.NextDeadline);
        foreach (var browser in _browsers)
        {
            foreach (var connection in browser.Connections) next = Instant.Min(next, browser.WhenClockShows(connection.NextDeadline));
        }

        foreach (var flow in Traffic) next = Instant.Min(next, flow.NextDeadline);

        if (next > end) return false;
        Now = Instant.Max(Now, next);
        while (Network.TryTake(Now, out var delivery)) Deliver(delivery);
        ServiceRoom();
        foreach (var browser in _browsers)
        {
            foreach (var connection in browser.Connections)
            {
                if (browser.WhenClockShows(connection.NextDeadline) <= Now) connection.Service(browser.ClockAt(Now));
                Flush(browser, connection);
            }
        }

        foreach (var flow in Traffic) flow.Service(Now);

        return true;
    }

    private void Deliver(in Delivery delivery)
    {
        if (delivery.Path.Local == ServerAddress)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (Table.TryRoute(delivery.Path, delivery.Datagram, out var connection)) connection.Room.HandleDatagram(Now, connection, delivery.Path, delivery.Datagram, _outbox);
            BytesAllocatedForDatagrams += GC.GetAllocatedBytesForCurrentThread() - before;
            FlushRoom();
        }
        else if (_byAddress.TryGetValue(delivery.Path.Local, out var target))
        {
            target.Connection.HandleDatagram(target.Browser.ClockAt(Now), delivery.Path, delivery.Datagram);
            Flush(target.Browser, target.Connection);
        }
    }

    private void ServiceRoom()
    {
        if (Room.NextDeadline <= Now) Room.HandleTimeout(Now);
        Room.Poll(Now, _outbox);
        FlushRoom();
        while (Room.TryPollEvent(out var happened))
        {
            Events.Add((Now, happened));
            if (happened is RoomEvent.SmallUplinkWanted small) _browsers.Find(browser => browser.Id == small.Participant)?.UseSmallUplink(small.IsWanted);
            if (happened is RoomEvent.DownlinkOutdated outdated) _browsers.Find(browser => browser.Id == outdated.Participant)?.RefreshDownlink();
        }
    }

    private void FlushRoom() => Network.Send(Now, _outbox, ServerAddress, path => _byAddress.TryGetValue(path.Remote, out var target) ? target.Browser.Downlink : DeadLink);

    private void Flush(SimulatedBrowser browser, SimulatedConnection connection) => Network.Send(Now, connection.Outbox, connection.Address, _ => browser.Uplink);

    private static Link DeadLink { get; } = new(new LinkConditions { IsDown = true }, new SeededEntropy(0));
}
