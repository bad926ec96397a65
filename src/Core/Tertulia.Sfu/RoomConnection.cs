using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu;

/// <summary>One connection of a participant within its room: the peer connection, and what it carries for whom.</summary>
public sealed class RoomConnection
{
    // One browser has a handful of addresses; more are somebody's game.
    private const int MaxAddresses = 16;

    private readonly ConnectionTable _table;
    private readonly Queue<TransportAddress> _addresses = [];
    private readonly List<string> _fragments = [];

    internal RoomConnection(Room room, Participant participant, ConnectionKey key, PeerConnection connection, LocalTransport transport, ConnectionTable table)
    {
        Room = room;
        Participant = participant;
        Key = key;
        Connection = connection;
        Transport = transport;
        _table = table;
        AddFragment(transport.Ice.UsernameFragment);
    }

    public Room Room { get; }

    public ConnectionKey Key { get; }

    public ParticipantId ParticipantId => Participant.Id;

    /// <summary>The path in use; null while there is none, or none any more.</summary>
    public NetworkPath? SelectedPath => IsDisposed ? null : Connection.Ice.SelectedPath;

    internal Participant Participant { get; }

    internal PeerConnection Connection { get; }

    internal LocalTransport Transport { get; set; }

    /// <summary>What this connection sends, a media section each.</summary>
    internal List<DownlinkSection> Sections { get; } = [];

    /// <summary>Uplink: which section carries which source.</summary>
    internal Dictionary<string, TrackSource> Assignments { get; } = [];

    /// <summary>The places of a shared downlink's sections.</summary>
    internal OfferedSectionList? OfferedSections { get; set; }

    internal RemoteTransport? Remote { get; set; }

    /// <summary>Our offer that is not answered yet, or was last.</summary>
    internal SessionDescription? LocalOffer { get; set; }

    /// <summary>Our last description, whose version the next one counts up.</summary>
    internal SessionDescription? LocalDescription { get; set; }

    internal SessionOrigin? RemoteOrigin { get; set; }

    /// <summary>When anything came last.</summary>
    internal Instant HeardAt { get; set; } = Instant.Zero;

    /// <summary>How much has come, of whatever kind.</summary>
    internal long HeardDatagrams { get; set; }

    /// <summary>When the room's schedule will look at this connection.</summary>
    internal Instant ScheduledAt { get; set; } = Instant.Never;

    internal bool IsPollWanted { get; private set; }

    internal bool IsDisposed { get; private set; }

    internal Subscription? FindSubscription(SendStream stream)
    {
        foreach (var section in Sections)
        {
            if (section.Subscription?.Stream == stream) return section.Subscription;
        }

        return null;
    }

    internal void RequestKeyFrame(ReceiveStream stream)
    {
        if (IsDisposed) return;
        Connection.RequestKeyFrame(stream);
        WantsPoll();
    }

    internal void WantsPoll()
    {
        if (IsPollWanted || IsDisposed) return;
        IsPollWanted = true;
        Room.EnqueuePoll(this);
    }

    internal void PollTaken() => IsPollWanted = false;

    internal void AddFragment(string fragment)
    {
        _fragments.Add(fragment);
        _table.Add(fragment, this);
    }

    /// <summary>A check from that address proved to know our credentials: its datagrams are ours.</summary>
    internal void ClaimAddress(in TransportAddress address)
    {
        _table.Map(address, this);
        if (_addresses.Contains(address)) return;
        if (_addresses.Count == MaxAddresses) _table.Unmap(_addresses.Dequeue(), this);
        _addresses.Enqueue(address);
    }

    internal void Dispose(Instant now)
    {
        if (IsDisposed) return;
        IsDisposed = true;
        foreach (var section in Sections) section.Subscription?.Attach(null);
        foreach (var fragment in _fragments) _table.RemoveFragment(fragment);
        foreach (var address in _addresses) _table.Unmap(address, this);
        Connection.Dispose();
    }
}
