using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Turn;

/// <summary>Allocate (RFC 8656 section 7.2).</summary>
public sealed partial class TurnServer
{
    private const byte UdpProtocol = 17;

    private int Allocate(Instant now, in TurnReply reply, TurnAllocation? allocation, in TurnUser user)
    {
        ref readonly var request = ref reply.Request;
        if (allocation is not null)
        {
            // The answer was lost: the client asks the same again (RFC 8656 section 7.2, stateless-server note).
            if (!request.TransactionId.SequenceEqual(allocation.TransactionId)) return StunErrorCode.AllocationMismatch;
            Describe(now, reply, allocation);
            return 0;
        }

        if (!IsAdmitted(now, user)) return StunErrorCode.Unauthenticated;
        var error = TryReadWishes(request, out var wishes);
        if (error != 0) return error;
        if (_allocations.CountOf(user.Id) >= _options.AllocationsPerUser
            || _allocations.CountOf(reply.Path.Remote) >= _options.AllocationsPerAddress) return StunErrorCode.AllocationQuotaReached;
        if (!TryTakePort(now, wishes, out var port, out var reservation)) return StunErrorCode.InsufficientCapacity;
        var lifetime = Lifetime(request);
        allocation = new()
        {
            Client = reply.Path,
            Username = user.Name,
            Key = user.Key,
            Algorithm = user.Algorithm,
            UserId = user.Id,
            Issued = user.Issued,
            Port = port,
            RelayedIPv4 = wishes.IPv4 ? _options.Ports.Address(ipv6: false).WithPort(port) : default,
            RelayedIPv6 = wishes.IPv6 ? _options.Ports.Address(ipv6: true).WithPort(port) : default,
            TransactionId = request.TransactionId.ToArray(),
            Ticket = wishes.Mobile ? NewTicket() : null,
            Reservation = reservation,
            ExpiresAt = now + (lifetime == TimeSpan.Zero ? TurnAllocation.DefaultLifetime : lifetime),
        };
        _allocations.Add(allocation);
        Statistics.AllocationsMade++;
        Describe(now, reply, allocation);
        return 0;
    }

    private int TryReadWishes(in StunMessage request, out Wishes wishes)
    {
        wishes = default;
        if (!request.TryGetAttribute(StunAttributeType.RequestedTransport, out var transport) || transport.Length != 4) return StunErrorCode.BadRequest;
        if (transport[0] != UdpProtocol) return StunErrorCode.UnsupportedTransport;
        var hasFamily = request.TryGetAttribute(StunAttributeType.RequestedAddressFamily, out var family);
        var hasAdditional = request.TryGetAttribute(StunAttributeType.AdditionalAddressFamily, out var additional);
        var hasToken = request.TryGetAttribute(StunAttributeType.ReservationToken, out var token);
        var hasEven = request.TryGetAttribute(StunAttributeType.EvenPort, out var even);
        if (hasFamily && family.Length != 4 || hasAdditional && (additional.Length != 4 || additional[0] != AddressFamily.IPv6)
            || hasToken && token.Length != 8 || hasEven && even.Length < 1) return StunErrorCode.BadRequest;
        var withNext = hasEven && (even[0] & 0x80) != 0;
        if (hasFamily && hasAdditional || hasToken && (hasEven || hasFamily || hasAdditional) || withNext && hasAdditional) return StunErrorCode.BadRequest;
        if (hasFamily && family[0] is not (AddressFamily.IPv4 or AddressFamily.IPv6)) return StunErrorCode.AddressFamilyNotSupported;

        var wantsIPv6 = hasFamily && family[0] == AddressFamily.IPv6;
        wishes = new()
        {
            IPv4 = !wantsIPv6 && !_options.Ports.Address(ipv6: false).IsUnspecified,
            IPv6 = (wantsIPv6 || hasAdditional) && !_options.Ports.Address(ipv6: true).IsUnspecified,
            Even = hasEven,
            WithNext = withNext,
            Token = hasToken ? BinaryPrimitives.ReadUInt64BigEndian(token) : 0,
            Mobile = request.TryGetAttribute(StunAttributeType.MobilityTicket, out var ticket) && ticket.IsEmpty,
        };
        return wishes.IPv4 || wishes.IPv6 ? 0 : StunErrorCode.AddressFamilyNotSupported;
    }

    private bool TryTakePort(Instant now, in Wishes wishes, out ushort port, out ulong reservation)
    {
        reservation = 0;
        if (wishes.Token != 0) return _allocations.TryTakeReserved(wishes.Token, out port);
        if (!_options.Ports.TryTake(wishes.Even, wishes.WithNext, out port)) return false;
        if (!wishes.WithNext) return true;
        reservation = _options.Entropy.NextUInt64() | 1;
        _allocations.Reserve(reservation, (ushort)(port + 1), now);
        return true;
    }

    private static void Describe(Instant now, in TurnReply reply, TurnAllocation allocation)
    {
        var answer = reply.Begin(StunClass.Success);
        if (!allocation.RelayedIPv4.IsUnspecified) answer.AddXorAddress(StunAttributeType.XorRelayedAddress, allocation.RelayedIPv4);
        if (!allocation.RelayedIPv6.IsUnspecified) answer.AddXorAddress(StunAttributeType.XorRelayedAddress, allocation.RelayedIPv6);
        else if (reply.Request.TryGetAttribute(StunAttributeType.AdditionalAddressFamily, out _))
            answer.AddAttribute(StunAttributeType.AddressErrorCode, [AddressFamily.IPv6, 0, 4, 40]); // RFC 8656 section 18.12
        answer.AddUInt32(StunAttributeType.Lifetime, (uint)Math.Max(0, (allocation.ExpiresAt - now).TotalSeconds));
        if (allocation.Reservation != 0) answer.AddUInt64(StunAttributeType.ReservationToken, allocation.Reservation);
        if (allocation.Ticket is { } ticket) answer.AddAttribute(StunAttributeType.MobilityTicket, ticket);
        answer.AddXorMappedAddress(reply.Path.Remote);
        reply.End(ref answer);
    }

    private struct Wishes
    {
        public bool IPv4;
        public bool IPv6;
        public bool Even;
        public bool WithNext;
        public ulong Token;
        public bool Mobile;
    }
}
