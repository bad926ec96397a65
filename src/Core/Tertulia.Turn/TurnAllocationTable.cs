using System.Runtime.InteropServices;
using Tertulia.Rtc.Net;

namespace Tertulia.Turn;

/// <summary>All allocations of one server: by client, by port, by owner, and in the order in which they end.</summary>
internal sealed class TurnAllocationTable(RelayPorts ports)
{
    private static readonly TimeSpan s_reservationLifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<NetworkPath, TurnAllocation> _byClient = [];
    private readonly Dictionary<ushort, TurnAllocation> _byPort = [];
    private readonly Dictionary<string, List<TurnAllocation>> _byUser = [];
    private readonly Dictionary<TransportAddress, int> _countByAddress = [];
    private readonly Dictionary<UInt128, TurnAllocation> _byTicket = [];
    private readonly Dictionary<ulong, (ushort Port, Instant ExpiresAt)> _reservations = [];
    private readonly PriorityQueue<TurnAllocation, long> _expiring = new();
    private readonly List<TurnUsage> _usage = [];

    public int Count => _byPort.Count;

    public Instant NextDeadline
    {
        get
        {
            var next = _expiring.TryPeek(out _, out var ticks) ? new Instant(ticks) : Instant.Never;
            foreach (var (_, expiresAt) in _reservations.Values) next = Instant.Min(next, expiresAt);
            return next;
        }
    }

    public TurnAllocation? Find(in NetworkPath client) => _byClient.GetValueOrDefault(client);

    public TurnAllocation? Find(ushort port) => _byPort.GetValueOrDefault(port);

    public TurnAllocation? FindByTicket(ReadOnlySpan<byte> ticket) =>
        ticket.Length == TurnAllocation.TicketSize ? _byTicket.GetValueOrDefault(MemoryMarshal.Read<UInt128>(ticket)) : null;

    public int CountOf(string userId) => _byUser.TryGetValue(userId, out var list) ? list.Count : 0;

    public int CountOf(in TransportAddress client) => _countByAddress.GetValueOrDefault(Host(client));

    public void Add(TurnAllocation allocation)
    {
        _byClient.Add(allocation.Client, allocation);
        _byPort.Add(allocation.Port, allocation);
        if (!_byUser.TryGetValue(allocation.UserId, out var list)) _byUser.Add(allocation.UserId, list = []);
        list.Add(allocation);
        CollectionsMarshal.GetValueRefOrAddDefault(_countByAddress, Host(allocation.Client.Remote), out _)++;
        if (allocation.Ticket is { } ticket) _byTicket.Add(MemoryMarshal.Read<UInt128>(ticket), allocation);
        _expiring.Enqueue(allocation, allocation.ExpiresAt.Ticks);
    }

    /// <summary>The client has a new address (RFC 8016 section 3.2), and a new ticket.</summary>
    public void Move(TurnAllocation allocation, in NetworkPath client, byte[] ticket)
    {
        _byClient.Remove(allocation.Client);
        CountDown(allocation.Client.Remote);
        _byTicket.Remove(MemoryMarshal.Read<UInt128>(allocation.Ticket));
        allocation.Client = client;
        allocation.Ticket = ticket;
        _byClient.Add(client, allocation);
        _byTicket.Add(MemoryMarshal.Read<UInt128>(ticket), allocation);
        CollectionsMarshal.GetValueRefOrAddDefault(_countByAddress, Host(client.Remote), out _)++;
    }

    public void Reserve(ulong token, ushort port, Instant now) => _reservations.Add(token, (port, now + s_reservationLifetime));

    public bool TryTakeReserved(ulong token, out ushort port)
    {
        var found = _reservations.Remove(token, out var reservation);
        port = reservation.Port;
        return found;
    }

    public void End(TurnAllocation allocation)
    {
        if (allocation.IsEnded) return;
        allocation.IsEnded = true;
        _byClient.Remove(allocation.Client);
        _byPort.Remove(allocation.Port);
        if (allocation.Ticket is { } ticket) _byTicket.Remove(MemoryMarshal.Read<UInt128>(ticket));
        var list = _byUser[allocation.UserId];
        list.Remove(allocation);
        if (list.Count == 0) _byUser.Remove(allocation.UserId);
        CountDown(allocation.Client.Remote);
        if (allocation.UnreportedBytes > 0) _usage.Add(new(allocation.UserId, allocation.UnreportedBytes));
        ports.Release(allocation.Port);
    }

    public void EndUser(string userId)
    {
        if (!_byUser.TryGetValue(userId, out var list)) return;
        foreach (var allocation in list.ToArray()) End(allocation);
    }

    public void HandleTimeout(Instant now)
    {
        while (_expiring.TryPeek(out var allocation, out var ticks) && ticks <= now.Ticks)
        {
            _expiring.Dequeue();
            if (allocation.IsEnded) continue;
            if (allocation.ExpiresAt > now) _expiring.Enqueue(allocation, allocation.ExpiresAt.Ticks); // refreshed since
            else End(allocation);
        }

        foreach (var (token, reservation) in _reservations)
        {
            if (reservation.ExpiresAt > now) continue;
            _reservations.Remove(token);
            ports.Release(reservation.Port);
        }
    }

    public void CollectUsage(List<TurnUsage> usage)
    {
        foreach (var allocation in _byPort.Values)
        {
            if (allocation.UnreportedBytes == 0) continue;
            usage.Add(new(allocation.UserId, allocation.UnreportedBytes));
            allocation.UnreportedBytes = 0;
        }

        usage.AddRange(_usage);
        _usage.Clear();
    }

    private void CountDown(in TransportAddress client)
    {
        var host = Host(client);
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_countByAddress, host);
        if (--count == 0) _countByAddress.Remove(host);
    }

    private static TransportAddress Host(in TransportAddress client) => client.WithPort(0).WithCarrier(0);
}
