using System.Globalization;

namespace Tertulia.Storage;

/// <summary>Counters per account, calendar month (<c>2026-01</c>) and metric.</summary>
public sealed class UsageStore(Database database)
{
    public const string ApiCalls = "api-calls";
    public const string RecordedMilliseconds = "recorded-ms";

    public static string PeriodOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>Counts one more, unless that would exceed <paramref name="limit"/>: then nothing changes and the answer is false.</summary>
    public async Task<bool> TryIncrementAsync(
        string accountId, string period, string metric, long? limit, CancellationToken cancellation = default)
    {
        if (limit <= 0) return false;
        return await database.ExecuteAsync(
            "INSERT INTO usage_counters (account_id, period, metric, value) VALUES (@accountId, @period, @metric, 1) " +
            "ON CONFLICT (account_id, period, metric) DO UPDATE SET value = usage_counters.value + 1 WHERE usage_counters.value < @limit",
            new { accountId, period, metric, limit = limit ?? long.MaxValue },
            cancellation) == 1;
    }

    /// <summary>Within the caller's transaction.</summary>
    internal static Task<int> AddAsync(DatabaseSession session, string accountId, string period, string metric, long amount) =>
        session.ExecuteAsync(
            "INSERT INTO usage_counters (account_id, period, metric, value) VALUES (@accountId, @period, @metric, @amount) " +
            "ON CONFLICT (account_id, period, metric) DO UPDATE SET value = usage_counters.value + excluded.value",
            new { accountId, period, metric, amount });

    public Task<long> ReadAsync(string accountId, string period, string metric, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.QueryFirstAsync<long>(
                "SELECT value FROM usage_counters WHERE account_id = @accountId AND period = @period AND metric = @metric",
                new { accountId, period, metric }),
            cancellation);
}
