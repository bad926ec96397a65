using Tertulia.Contracts;
using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Makes what lets one participant in: peer id, token, and the way there.</summary>
internal sealed class MeetingTickets(MeetingTokens tokens, IceServers iceServers, PublicAddress address, TimeProvider time)
{
    public MeetingTicket Issue(
        HttpContext context, MeetingRecord meeting, string displayName, string role, string? metadata = null, IReadOnlyList<Warning>? warnings = null)
    {
        var expiresAt = Timestamps.Truncate(time.GetUtcNow() + MeetingTokens.JoinLifetime);
        var claims = new MeetingTokenClaims(
            meeting.Id, meeting.AccountId, Secrets.NewPeerId(), displayName, role, MeetingGrants.For(role), MeetingTokenPurpose.Join, expiresAt)
        {
            MetadataJson = metadata,
        };
        return new MeetingTicket(
            meeting.Id,
            tokens.Issue(claims),
            address.JoinUrl(context, meeting.Id),
            iceServers.For(context, meeting.Id, claims.PeerId),
            claims.PeerId,
            displayName,
            role,
            meeting.Title,
            expiresAt,
            warnings);
    }
}
