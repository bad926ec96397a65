using System.Buffers.Binary;
using System.Text;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Turn;

/// <summary>Requests, and what becomes of them (RFC 8656 sections 7 to 12).</summary>
public sealed partial class TurnServer
{
    private void HandleRequest(Instant now, in NetworkPath path, in StunMessage request, DatagramBatch outbox)
    {
        if (request.Method is not (StunMethod.Allocate or StunMethod.Refresh or StunMethod.CreatePermission or StunMethod.ChannelBind))
        {
            Drop(TurnDropReason.Unexpected);
            return;
        }

        if (request.HasFingerprint && !request.VerifyFingerprint())
        {
            Drop(TurnDropReason.Malformed);
            return;
        }

        var reply = new TurnReply(path, request, outbox);
        var allocation = _allocations.Find(path);
        if (!TryAuthenticate(now, reply, allocation, out var user)) return;
        reply.Key = user.Key;
        var error = UnknownAttributes(reply) ? 0 : request.Method switch
        {
            StunMethod.Allocate => Allocate(now, reply, allocation, user),
            StunMethod.Refresh => Refresh(now, reply, allocation, user),
            _ when allocation is null => StunErrorCode.AllocationMismatch,
            StunMethod.CreatePermission => CreatePermissions(now, reply, allocation),
            _ => BindChannel(now, reply, allocation),
        };
        if (error == 0) return;
        Statistics.Errors++;
        reply.Refuse(error);
    }

    private static bool UnknownAttributes(in TurnReply reply)
    {
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[8];
        var count = reply.Request.CopyUnknownRequired(unknown);

        // RFC 8656 section 7.2: a server that cannot set the bit says that it does not know the attribute.
        if (count < unknown.Length && reply.Request.TryGetAttribute(StunAttributeType.DontFragment, out _))
            unknown[count++] = StunAttributeType.DontFragment;
        if (count == 0) return false;
        var answer = reply.Begin(StunClass.Error);
        answer.AddErrorCode(StunErrorCode.UnknownAttribute);
        answer.AddUnknownAttributes(unknown[..count]);
        reply.End(ref answer);
        return true;
    }

    private bool IsAdmitted(Instant now, in TurnUser user) =>
        _options.Admission.Admits(user.Id, user.Issued, _options.UnixSecondsAtZero + now.Ticks / TimeSpan.TicksPerSecond);

    private int Refresh(Instant now, in TurnReply reply, TurnAllocation? allocation, in TurnUser user)
    {
        if (reply.Request.TryGetAttribute(StunAttributeType.MobilityTicket, out var ticket) && !ticket.IsEmpty)
        {
            if (allocation is null)
            {
                // A client that has moved shows its ticket instead of its address (RFC 8016 section 3.2.2).
                allocation = _allocations.FindByTicket(ticket);
                if (allocation is null || !user.Name.AsSpan().SequenceEqual(allocation.Username)) return StunErrorCode.AllocationMismatch;
                if (!IsAdmitted(now, user)) return StunErrorCode.Unauthenticated;
                _allocations.Move(allocation, reply.Path, NewTicket());
            }
        }

        if (allocation is null) return StunErrorCode.AllocationMismatch;
        if (reply.Request.TryGetAttribute(StunAttributeType.RequestedAddressFamily, out var family))
        {
            if (family.Length < 1) return StunErrorCode.BadRequest;
            if ((family[0] == AddressFamily.IPv6 ? allocation.RelayedIPv6 : allocation.RelayedIPv4).IsUnspecified) return StunErrorCode.PeerAddressFamilyMismatch;
        }

        var wanted = Lifetime(reply.Request);
        if (wanted > TimeSpan.Zero && !IsAdmitted(now, user)) return StunErrorCode.Unauthenticated;
        var answer = reply.Begin(StunClass.Success);
        answer.AddUInt32(StunAttributeType.Lifetime, (uint)wanted.TotalSeconds);
        if (allocation.Ticket is { } newTicket && !ticket.IsEmpty) answer.AddAttribute(StunAttributeType.MobilityTicket, newTicket);
        reply.End(ref answer);
        if (wanted == TimeSpan.Zero) _allocations.End(allocation);
        else allocation.ExpiresAt = now + wanted;
        return 0;
    }

    private int CreatePermissions(Instant now, in TurnReply reply, TurnAllocation allocation)
    {
        var count = 0;
        foreach (var attribute in reply.Request.Attributes)
        {
            if (attribute.Type != StunAttributeType.XorPeerAddress) continue;
            if (!reply.Request.TryReadXorAddress(attribute.Value, out var peer)) return StunErrorCode.BadRequest;
            if (!allocation.Supports(peer)) return StunErrorCode.PeerAddressFamilyMismatch;
            if (!_options.Ports.IsOwn(peer) && !_options.Peers.Allows(peer)) return StunErrorCode.Forbidden;
            count++;
        }

        if (count == 0) return StunErrorCode.BadRequest;
        foreach (var attribute in reply.Request.Attributes)
        {
            if (attribute.Type == StunAttributeType.XorPeerAddress && reply.Request.TryReadXorAddress(attribute.Value, out var peer)
                && !allocation.TryPermit(peer, now)) return StunErrorCode.InsufficientCapacity;
        }

        reply.Succeed();
        return 0;
    }

    private int BindChannel(Instant now, in TurnReply reply, TurnAllocation allocation)
    {
        if (!reply.Request.TryGetAttribute(StunAttributeType.ChannelNumber, out var value) || value.Length != 4
            || !reply.Request.TryGetXorAddress(StunAttributeType.XorPeerAddress, out var peer)) return StunErrorCode.BadRequest;
        var number = BinaryPrimitives.ReadUInt16BigEndian(value);
        if (number is < ChannelData.FirstNumber or > ChannelData.LastNumber) return StunErrorCode.BadRequest;
        if (!allocation.Supports(peer)) return StunErrorCode.PeerAddressFamilyMismatch;
        var route = Route(peer);
        if (route == PeerRoute.Refused) return StunErrorCode.Forbidden;
        if (!allocation.TryBind(number, peer, route, now)) return StunErrorCode.BadRequest;
        if (!allocation.TryPermit(peer, now)) return StunErrorCode.InsufficientCapacity;
        reply.Succeed();
        return 0;
    }

    /// <summary>What is granted for what is asked: zero ends it, else ten minutes to an hour (RFC 8656 section 7.2).</summary>
    private static TimeSpan Lifetime(in StunMessage request)
    {
        if (!request.TryGetAttribute(StunAttributeType.Lifetime, out var value) || value.Length != 4) return TurnAllocation.DefaultLifetime;
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (seconds == 0) return TimeSpan.Zero;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, TurnAllocation.DefaultLifetime.TotalSeconds, TurnAllocation.MaxLifetime.TotalSeconds));
    }

    // Text, since there are clients that keep a ticket as a string.
    private byte[] NewTicket() => Encoding.ASCII.GetBytes(_options.Entropy.NextIceText(TurnAllocation.TicketSize));

    private static class AddressFamily
    {
        public const byte IPv4 = 1;
        public const byte IPv6 = 2;
    }
}
