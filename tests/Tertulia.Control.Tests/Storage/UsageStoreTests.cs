using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class UsageStoreTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_limit_is_never_passed_however_many_try_at_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new UsageStore(test.Database);

        var passed = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => store.TryIncrementAsync("acc_1", "2026-05", UsageStore.ApiCalls, 25)));

        Assert.Equal(25, passed.Count(allowed => allowed));
        Assert.Equal(25, await store.ReadAsync("acc_1", "2026-05", UsageStore.ApiCalls));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Accounts_months_and_metrics_count_apart(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new UsageStore(test.Database);
        Assert.True(await store.TryIncrementAsync("acc_1", "2026-05", UsageStore.ApiCalls, 1));
        Assert.False(await store.TryIncrementAsync("acc_1", "2026-05", UsageStore.ApiCalls, 1));
        Assert.False(await store.TryIncrementAsync("acc_3", "2026-05", UsageStore.ApiCalls, 0));
        Assert.True(await store.TryIncrementAsync("acc_1", "2026-06", UsageStore.ApiCalls, 1));
        Assert.True(await store.TryIncrementAsync("acc_2", "2026-05", UsageStore.ApiCalls, 1));
        Assert.True(await store.TryIncrementAsync("acc_1", "2026-05", "other", null));

        Assert.Equal(1, await store.ReadAsync("acc_1", "2026-05", UsageStore.ApiCalls));
        Assert.Equal(0, await store.ReadAsync("acc_3", "2026-05", UsageStore.ApiCalls));
    }
}
