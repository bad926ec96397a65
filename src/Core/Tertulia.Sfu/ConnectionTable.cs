using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Sfu;

/// <summary>
/// One per media loop: finds the connection that a datagram belongs to, by its remote address, or by the user name of a STUN
/// check from an address that is not known yet.
/// </summary>
public sealed class ConnectionTable
{
    private readonly Dictionary<TransportAddress, RoomConnection> _byAddress = [];
    private readonly Dictionary<string, RoomConnection> _byFragment = [];
    private readonly Dictionary<string, RoomConnection>.AlternateLookup<ReadOnlySpan<char>> _fragments;

    public ConnectionTable() => _fragments = _byFragment.GetAlternateLookup<ReadOnlySpan<char>>();

    public int AddressCount => _byAddress.Count;

    public int ConnectionCount => _byFragment.Count;

    /// <summary>False for strangers. STUN checks go by their user name, since a browser may use an address again for another connection.</summary>
    public bool TryRoute(in NetworkPath path, ReadOnlySpan<byte> datagram, out RoomConnection connection)
    {
        connection = null!;
        if (StunMessage.LooksLikeStun(datagram) && TryRouteCheck(datagram, out connection)) return true;
        return _byAddress.TryGetValue(path.Remote, out connection!);
    }

    internal void Add(string usernameFragment, RoomConnection connection) => _byFragment[usernameFragment] = connection;

    internal void RemoveFragment(string usernameFragment) => _byFragment.Remove(usernameFragment);

    /// <summary>The address proved by an authenticated check that it belongs to this connection.</summary>
    internal void Map(in TransportAddress address, RoomConnection connection) => _byAddress[address] = connection;

    internal void Unmap(in TransportAddress address, RoomConnection connection)
    {
        if (_byAddress.TryGetValue(address, out var owner) && owner == connection) _byAddress.Remove(address);
    }

    private bool TryRouteCheck(ReadOnlySpan<byte> datagram, out RoomConnection connection)
    {
        connection = null!;
        if (!StunMessage.TryParse(datagram, out var message)) return false;
        var username = message.Username;
        var colon = username.IndexOf((byte)':');
        if (colon is <= 0 or > 64) return false;

        Span<char> fragment = stackalloc char[colon];
        for (var i = 0; i < colon; i++) fragment[i] = (char)username[i];
        return _fragments.TryGetValue(fragment, out connection!);
    }
}
