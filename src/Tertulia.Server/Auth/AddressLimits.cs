using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Tertulia.Server.Api;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Auth;

/// <summary>What one address may do per minute: a bucket that holds a minute's worth and refills evenly.</summary>
internal sealed class AddressLimits(RateLimitOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _publicCalls = Limiter(options.PublicCallsPerMinute);
    private readonly PartitionedRateLimiter<IPAddress> _unknownMeetings = Limiter(options.UnknownMeetingsPerMinute);
    private readonly PartitionedRateLimiter<IPAddress> _failedSignins = Limiter(options.FailedSigninsPerMinute);

    /// <summary>Counts a call that needs no key.</summary>
    public void CountPublicCall(HttpContext context)
    {
        Take(_publicCalls, context);
        RequireLeft(_unknownMeetings, context);
    }

    /// <summary>Counts a guess at a meeting id. Too many, and even right ids are refused: a lucky guess must not be seen.</summary>
    public void CountUnknownMeeting(HttpContext context) => Take(_unknownMeetings, context);

    /// <summary>Refuses to look at a credential from an address that sent too many wrong ones.</summary>
    public void RequireTrust(HttpContext context) => RequireLeft(_failedSignins, context);

    public void CountFailedSignin(HttpContext context) => Take(_failedSignins, context);

    public void Dispose()
    {
        _publicCalls.Dispose();
        _unknownMeetings.Dispose();
        _failedSignins.Dispose();
    }

    // Not by acquiring no permits: a bucket allows that as soon as a fraction of one has come back.
    private static void RequireLeft(PartitionedRateLimiter<IPAddress> limiter, HttpContext context)
    {
        if (limiter.GetStatistics(PartitionOf(context.Connection.RemoteIpAddress))?.CurrentAvailablePermits < 1) Take(limiter, context);
    }

    private static void Take(PartitionedRateLimiter<IPAddress> limiter, HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(PartitionOf(context.Connection.RemoteIpAddress));
        if (lease.IsAcquired) return;
        throw ApiProblem.RateLimited(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));
    }

    // An IPv6 customer owns at least a /64: one bucket for all of it.
    internal static IPAddress PartitionOf(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static PartitionedRateLimiter<IPAddress> Limiter(int perMinute) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new()
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) * Math.Max(1, perMinute / 60) / perMinute,
            AutoReplenishment = true,
        }));
}
