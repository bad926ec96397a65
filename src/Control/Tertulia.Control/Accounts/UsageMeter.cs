using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

/// <param name="RetryAfter">How long until the limit lets calls through again; null if this one may pass.</param>
public readonly record struct MeterResult(TimeSpan? RetryAfter)
{
    public bool Allowed => RetryAfter is null;
}

public sealed record AccountUsage(
    Plan Plan, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, long ApiCalls, long MeetingsCreated, double ParticipantMinutes,
    double RecordedMinutes, long RelayedBytes);

/// <summary>Counts what accounts use per calendar month (UTC), and holds them to their plan.</summary>
public sealed class UsageMeter(UsageStore usage, MeetingStore meetings, AttendanceStore attendance, PlanCatalog plans, TimeProvider time)
{
    /// <summary>Counts a call; durable before the call is answered.</summary>
    public async Task<MeterResult> CountApiCallAsync(AccountRecord account, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        var limit = plans.Find(account.Plan).ApiCallsPerMonth;
        return await usage.TryIncrementAsync(account.Id, UsageStore.PeriodOf(now), UsageStore.ApiCalls, limit, cancellation)
            ? new MeterResult(null)
            : new MeterResult(StartOfMonth(now).AddMonths(1) - now);
    }

    public async Task<AccountUsage> ReadAsync(AccountRecord account, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        var start = StartOfMonth(now);
        var end = start.AddMonths(1);
        return new(
            plans.Find(account.Plan),
            start,
            end,
            await usage.ReadAsync(account.Id, UsageStore.PeriodOf(now), UsageStore.ApiCalls, cancellation),
            await meetings.CountAsync(account.Id, start, end, cancellation),
            await attendance.SecondsAsync(account.Id, start, end, now, cancellation) / 60,
            await usage.ReadAsync(account.Id, UsageStore.PeriodOf(now), UsageStore.RecordedMilliseconds, cancellation) / 60_000.0,
            await attendance.RelayedBytesAsync(account.Id, start, end, cancellation));
    }

    private static DateTimeOffset StartOfMonth(DateTimeOffset now) => new(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
}
