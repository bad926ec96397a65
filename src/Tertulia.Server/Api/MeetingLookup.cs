using System.Buffers;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Finds the meeting that a path names, for those who may see it; for all others there is none.</summary>
internal sealed class MeetingLookup(MeetingStore meetings, AddressLimits limits)
{
    private const string Prefix = "mtg_";
    private const int IdLength = 16;
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>A meeting of the caller's own account; another account's is unknown to them.</summary>
    public async Task<MeetingRecord> OwnAsync(Caller caller, string id, CancellationToken cancellation)
    {
        var meeting = IsWellFormed(id) ? await meetings.FindAsync(id, cancellation) : null;
        return meeting is not null && meeting.AccountId == caller.AccountId ? meeting : throw ApiProblem.MeetingUnknown();
    }

    /// <summary>For callers without a key, to whom the id is the secret: wrong ones are counted.</summary>
    public async Task<MeetingRecord> PublicAsync(HttpContext context, string id)
    {
        if (IsWellFormed(id) && await meetings.FindAsync(id, context.RequestAborted) is { } meeting) return meeting;
        limits.CountUnknownMeeting(context);
        throw ApiProblem.MeetingUnknown();
    }

    private static bool IsWellFormed(string id) =>
        id.Length == IdLength && id.StartsWith(Prefix, StringComparison.Ordinal) && id.AsSpan(Prefix.Length).IndexOfAnyExcept(s_hex) < 0;
}
