using System.Net;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu;

namespace Tertulia.Simulation;

/// <summary>
/// One participant's browser. In the per-peer dialect: an uplink that the server offers, and a connection for each peer,
/// offered by whoever was there first. In the transport dialect: an uplink that it offers itself, and one shared downlink.
/// </summary>
public sealed class SimulatedBrowser : IDisposable
{
    private readonly SimulatedMeeting _meeting;
    private readonly Dictionary<ConnectionKey, SimulatedConnection> _connections = [];
    private IReadOnlyList<DownlinkTrack> _downlinkTracks = [];
    private bool _sharesScreen;

    internal SimulatedBrowser(SimulatedMeeting meeting, ParticipantId id, bool sharesDownlink)
    {
        _meeting = meeting;
        Id = id;
        SharesDownlink = sharesDownlink;
        Address = new IPAddress([10, 1, 0, (byte)(meeting.Browsers.Count + 2)]);
        Uplink = new Link(new LinkConditions(), meeting.Entropy);
        Downlink = new Link(new LinkConditions(), meeting.Entropy);
    }

    public ParticipantId Id { get; }

    /// <summary>True for the transport dialect.</summary>
    public bool SharesDownlink { get; }

    /// <summary>The camera is sent in three sizes with three temporal sublayers each; only in the transport dialect.</summary>
    public bool SendsSimulcast { get; init; }

    /// <summary>The camera is sent as VP9 in three spatial layers, with three temporal sublayers.</summary>
    public bool SendsLayers { get; init; }

    /// <summary>Accepts repair packets where the server offers them, as Chromium does.</summary>
    public bool TakesFlexFec { get; init; }

    /// <summary>Sends and takes redundant audio, as Chromium does; Firefox does not.</summary>
    public bool KnowsRed { get; init; } = true;

    public IPAddress Address { get; set; }

    /// <summary>From this browser to the server.</summary>
    public Link Uplink { get; }

    /// <summary>From the server to this browser.</summary>
    public Link Downlink { get; set; }

    /// <summary>Parts per million by which this browser's clock is fast.</summary>
    public double ClockSkew { get; set; }

    /// <summary>It only watches: no uplink.</summary>
    public bool OnlyWatches { get; init; }

    public IReadOnlyCollection<SimulatedConnection> Connections => _connections.Values;

    public SimulatedConnection UplinkConnection => _connections[ConnectionKey.Uplink];

    public SimulatedCamera Camera => UplinkConnection.Camera!;

    public SimulatedMicrophone Microphone => UplinkConnection.Microphone!;

    /// <summary>The picture of <paramref name="other"/> as this browser plays it; null before its first packet.</summary>
    public SimulatedPlayer? Sees(SimulatedBrowser other) => Plays(other, TrackSource.Camera);

    public SimulatedPlayer? Hears(SimulatedBrowser other) => Plays(other, TrackSource.Microphone);

    public void ConnectUplink()
    {
        if (SharesDownlink)
        {
            OfferUplink(Replace(ConnectionKey.Uplink));
            return;
        }

        var connection = Replace(ConnectionKey.Uplink);
        var offer = Require(_meeting.Room.Offer(_meeting.Now, Id, ConnectionKey.Uplink));
        Require(_meeting.Room.ApplyAnswer(_meeting.Now, Id, ConnectionKey.Uplink, connection.Answer(LocalNow, offer.Sdp!)));
    }

    /// <summary>As the meeting does: offers, or closes, the second connection on which the camera is sent small.</summary>
    internal void UseSmallUplink(bool isWanted)
    {
        if (SharesDownlink) return;
        if (!isWanted)
        {
            _meeting.Room.CloseConnection(_meeting.Now, Id, ConnectionKey.SmallUplink);
            if (_connections.Remove(ConnectionKey.SmallUplink, out var closed)) _meeting.Close(closed);
            return;
        }

        var connection = Replace(ConnectionKey.SmallUplink);
        var offer = Require(_meeting.Room.Offer(_meeting.Now, Id, ConnectionKey.SmallUplink));
        Require(_meeting.Room.ApplyAnswer(_meeting.Now, Id, ConnectionKey.SmallUplink, connection.Answer(_meeting.Now, offer.Sdp!)));
        var camera = connection.Camera!;
        (camera.Width, camera.Height, camera.BitsPerSecond, camera.TimestampOffset) = (320, 180, 120_000, 0x9876_5432);
    }

    /// <summary>The second, small uplink; null while there is none.</summary>
    public SimulatedConnection? SmallUplinkConnection => _connections.GetValueOrDefault(ConnectionKey.SmallUplink);

    public void ConnectTo(SimulatedBrowser other, bool clientOffers)
    {
        var key = ConnectionKey.DownlinkOf(other.Id);
        var connection = Replace(key);
        if (clientOffers)
        {
            var answer = Require(_meeting.Room.Answer(_meeting.Now, Id, key, connection.Offer(receive: true)));
            connection.ApplyAnswer(LocalNow, answer.Sdp!);
        }
        else
        {
            var offer = Require(_meeting.Room.Offer(_meeting.Now, Id, key));
            Require(_meeting.Room.ApplyAnswer(_meeting.Now, Id, key, connection.Answer(LocalNow, offer.Sdp!)));
        }
    }

    /// <summary>Offers camera and microphone, and the screen once <see cref="ShareScreen"/> was called.</summary>
    private void OfferUplink(SimulatedConnection connection)
    {
        List<TrackAssignment> tracks = [new("0", TrackSource.Microphone), new("1", TrackSource.Camera), new("2", TrackSource.Screen)];
        var answer = Require(_meeting.Room.Answer(_meeting.Now, Id, ConnectionKey.Uplink, connection.Offer(receive: false, withScreen: _sharesScreen, simulcast: SendsSimulcast), tracks));
        connection.ApplyAnswer(LocalNow, answer.Sdp!);
    }

    /// <summary>Publishes, or withdraws, a screen beside the camera by renegotiating the uplink.</summary>
    public void ShareScreen(bool share = true)
    {
        _sharesScreen = share;
        OfferUplink(UplinkConnection);
    }

    /// <summary>Takes the server's next offer for the shared downlink.</summary>
    internal void RefreshDownlink()
    {
        var offer = Require(_meeting.Room.Offer(_meeting.Now, Id, ConnectionKey.Downlink));
        if (offer.Sdp is null) return;
        _downlinkTracks = offer.Tracks;
        var connection = offer.IsFresh ? Replace(ConnectionKey.Downlink) : _connections[ConnectionKey.Downlink];
        Require(_meeting.Room.ApplyAnswer(_meeting.Now, Id, ConnectionKey.Downlink, connection.Answer(LocalNow, offer.Sdp)));
    }

    /// <summary>Any source of <paramref name="other"/>; null before its first packet.</summary>
    public SimulatedPlayer? Plays(SimulatedBrowser other, TrackSource source)
    {
        if (!SharesDownlink) return Player(other, source is TrackSource.Microphone or TrackSource.ScreenAudio ? MediaKind.Audio : MediaKind.Video);
        var track = _downlinkTracks.FirstOrDefault(track => track.Publisher == other.Id && track.Source == source);
        return track is null || !_connections.TryGetValue(ConnectionKey.Downlink, out var connection)
            ? null
            : connection.Players.LastOrDefault(player => player.Stream.Mid == track.Mid && player.Packets > 0);
    }

    /// <summary>Tells the server what is on this browser's screen.</summary>
    public void View(params (SimulatedBrowser Of, TrackSource Source, int Height)[] tiles) =>
        _meeting.Room.SetView(_meeting.Now, Id, [.. tiles.Select(tile => new Sfu.Allocation.ViewItem(tile.Of.Id, tile.Source, tile.Height * 16 / 9, tile.Height))]);

    public SimulatedConnection ConnectionTo(SimulatedBrowser other) => _connections[ConnectionKey.DownlinkOf(other.Id)];

    /// <summary>All connections go on from another address.</summary>
    public void MoveTo(IPAddress address)
    {
        Address = address;
        foreach (var connection in _connections.Values) _meeting.Move(this, connection);
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values) _meeting.Close(connection);
        _connections.Clear();
    }

    internal void Forget(ParticipantId id)
    {
        if (_connections.Remove(ConnectionKey.DownlinkOf(id), out var connection)) _meeting.Close(connection);
    }

    /// <summary>The browser's own clock.</summary>
    internal Instant ClockAt(Instant now) => new((long)(now.Ticks * (1 + ClockSkew / 1e6)));

    /// <summary>When the browser's clock will show <paramref name="local"/>, or a moment later.</summary>
    internal Instant WhenClockShows(Instant local) => local == Instant.Never || ClockSkew == 0 ? local : new((long)Math.Ceiling(local.Ticks / (1 + ClockSkew / 1e6)) + 2);

    private SimulatedPlayer? Player(SimulatedBrowser other, MediaKind kind) =>
        ConnectionTo(other).Players.FirstOrDefault(player => player.Stream.Kind == kind && player.Packets > 0);

    private SimulatedConnection Replace(ConnectionKey key)
    {
        if (_connections.Remove(key, out var old)) _meeting.Close(old);
        return _connections[key] = _meeting.Open(this, key);
    }

    private Instant LocalNow => ClockAt(_meeting.Now);

    private static NegotiationResult Require(NegotiationResult result) =>
        result.Succeeded ? result : throw new InvalidOperationException($"{result.ErrorCode}: {result.ErrorMessage}");
}
