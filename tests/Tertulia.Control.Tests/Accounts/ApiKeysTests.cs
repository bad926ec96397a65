using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Accounts;

public sealed class ApiKeysTests
{
    private readonly ManualTime _time = new();

    [Theory, OnSqlite, OnPostgres]
    public async Task A_key_opens_until_it_is_revoked(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var store = new ApiKeyStore(test.Database);
        var keys = new ApiKeys(store, _time);
        var (record, secret) = await keys.CreateAsync(TestDatabase.AccountId, "Backend");

        Assert.Matches("^tertulia_sk_[A-Za-z0-9]{40}$", secret);
        Assert.Equal(record.Id, (await keys.AuthenticateAsync(secret))!.Id);
        Assert.Null(await keys.AuthenticateAsync(secret + "x"));
        Assert.Null(await keys.AuthenticateAsync(""));
        Assert.Null(await keys.AuthenticateAsync(record.Hash));

        Assert.False(await store.RevokeAsync("acc_other", record.Id, _time.GetUtcNow()));
        Assert.True(await store.RevokeAsync(TestDatabase.AccountId, record.Id, _time.GetUtcNow()));
        Assert.Null(await keys.AuthenticateAsync(secret));
    }

    [Fact]
    public async Task The_key_itself_is_nowhere_in_the_database()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        var (record, secret) = await new ApiKeys(new ApiKeyStore(test.Database), _time).CreateAsync(TestDatabase.AccountId, "Backend");
        await test.Database.DisposeAsync();

        var bytes = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(test.Folder, "tertulia.db")));
        Assert.Contains(record.Hash, bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[..^8], bytes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_last_use_is_known_to_the_minute()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        var store = new ApiKeyStore(test.Database);
        var keys = new ApiKeys(store, _time);
        var (record, secret) = await keys.CreateAsync(TestDatabase.AccountId, "Backend");
        var first = _time.GetUtcNow();

        await keys.AuthenticateAsync(secret);
        _time.Advance(TimeSpan.FromSeconds(59));
        await keys.AuthenticateAsync(secret);
        Assert.Equal(first, (await store.FindAsync(TestDatabase.AccountId, record.Id))!.LastUsedAt);

        _time.Advance(TimeSpan.FromSeconds(2));
        await keys.AuthenticateAsync(secret);
        Assert.Equal(first + TimeSpan.FromSeconds(61), (await store.FindAsync(TestDatabase.AccountId, record.Id))!.LastUsedAt);
    }

    [Theory]
    [InlineData("0123456789abcdef", true)]
    [InlineData("pass-phrase_with.~!", true)]
    [InlineData("0123456789abcde", false)]
    [InlineData("with a space inside it", false)]
    [InlineData("ümlaut-0123456789", false)]
    public void A_preset_key_needs_sixteen_visible_characters(string key, bool acceptable) =>
        Assert.Equal(acceptable, ApiKeys.IsAcceptablePreset(key));
}
