using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Accounts;

public sealed class DefaultAccountTests
{
    private const string Preset = "a-preset-key-of-mine";
    private readonly ManualTime _time = new();

    [Theory, OnSqlite, OnPostgres]
    public async Task The_default_key_is_made_once_and_kept(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);

        var first = await EnsureAsync(test);
        await test.ReopenAsync();

        Assert.Equal(first, await EnsureAsync(test));
        Assert.Equal(DefaultAccount.Id, (await Keys(test).AuthenticateAsync(first))!.AccountId);
        if (!OperatingSystem.IsWindows())
        {
            var file = Path.Combine(test.Folder, DefaultAccount.KeyFileName);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_crash_between_file_and_database_is_made_good()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        await File.WriteAllTextAsync(Path.Combine(test.Folder, DefaultAccount.KeyFileName), "tertulia_sk_written_before_the_crash\n");

        var key = await EnsureAsync(test);

        Assert.Equal("tertulia_sk_written_before_the_crash", key);
        Assert.NotNull(await Keys(test).AuthenticateAsync(key));
    }

    [Fact]
    public async Task A_revoked_default_key_is_replaced_and_stays_revoked()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        var first = await EnsureAsync(test);
        var record = await Keys(test).AuthenticateAsync(first);
        await new ApiKeyStore(test.Database).RevokeAsync(DefaultAccount.Id, record!.Id, _time.GetUtcNow());

        var second = await EnsureAsync(test);

        Assert.NotEqual(first, second);
        Assert.Null(await Keys(test).AuthenticateAsync(first));
        Assert.NotNull(await Keys(test).AuthenticateAsync(second));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_preset_key_is_valid_as_long_as_it_is_configured(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);

        Assert.Equal(Preset, await EnsureAsync(test, Preset));
        Assert.Equal(Preset, await EnsureAsync(test, Preset));
        Assert.NotNull(await Keys(test).AuthenticateAsync(Preset));
        Assert.False(File.Exists(Path.Combine(test.Folder, DefaultAccount.KeyFileName)));

        await EnsureAsync(test, Preset + "-2");
        Assert.Null(await Keys(test).AuthenticateAsync(Preset));
        Assert.NotNull(await Keys(test).AuthenticateAsync(Preset + "-2"));

        await EnsureAsync(test, Preset);
        Assert.NotNull(await Keys(test).AuthenticateAsync(Preset));

        await EnsureAsync(test);
        Assert.Null(await Keys(test).AuthenticateAsync(Preset));
    }

    private Task<string> EnsureAsync(TestDatabase test, string? preset = null) =>
        new DefaultAccount(new AccountStore(test.Database), new ApiKeyStore(test.Database), Keys(test), _time).EnsureAsync(test.Folder, preset);

    private ApiKeys Keys(TestDatabase test) => new(new ApiKeyStore(test.Database), _time);
}
