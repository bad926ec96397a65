using Tertulia.Storage;

namespace Tertulia.Control.Tests.Storage;

public sealed class IdempotencyStoreTests
{
    private static readonly DateTimeOffset s_noon = TestDatabase.Noon;
    private static readonly TimeSpan s_stale = TimeSpan.FromSeconds(60);

    [Theory, OnSqlite, OnPostgres]
    public async Task The_second_claim_gets_the_first_answer(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new IdempotencyStore(test.Database);

        Assert.Null(await store.ClaimAsync("key_1", "k", "f", s_noon, s_stale));
        Assert.Null((await store.ClaimAsync("key_1", "k", "f", s_noon.AddSeconds(59), s_stale))!.Status);
        await store.CompleteAsync("key_1", "k", 201, "application/json", "sealed");
        await test.ReopenAsync();
        store = new IdempotencyStore(test.Database);

        var answered = await store.ClaimAsync("key_1", "k", "f", s_noon.AddHours(1), s_stale);
        Assert.Equal(new IdempotencyRecord("f", s_noon, 201, "application/json", "sealed"), answered);
        Assert.Null(await store.ClaimAsync("key_2", "k", "f", s_noon, s_stale));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Of_many_at_once_one_may_answer(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new IdempotencyStore(test.Database);

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.ClaimAsync("key_1", "k", "f", s_noon, s_stale)));

        Assert.Single(claims, claim => claim is null);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_claim_whose_server_died_is_taken_over_and_a_failed_one_is_given_back(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new IdempotencyStore(test.Database);

        await store.ClaimAsync("key_1", "k", "f", s_noon, s_stale);
        Assert.Null(await store.ClaimAsync("key_1", "k", "g", s_noon.AddSeconds(60), s_stale));
        Assert.Equal("g", (await store.ClaimAsync("key_1", "k", "f", s_noon.AddSeconds(61), s_stale))!.Fingerprint);

        await store.ReleaseAsync("key_1", "k");
        Assert.Null(await store.ClaimAsync("key_1", "k", "f", s_noon, s_stale));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Old_answers_are_thrown_away(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new IdempotencyStore(test.Database);
        await store.ClaimAsync("key_1", "old", "f", s_noon, s_stale);
        await store.ClaimAsync("key_1", "new", "f", s_noon.AddDays(1), s_stale);

        Assert.Equal(1, await store.DeleteOlderThanAsync(s_noon.AddHours(1)));
    }
}
