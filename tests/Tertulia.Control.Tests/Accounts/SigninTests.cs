using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Accounts;

public sealed class SigninTests
{
    private readonly ManualTime _time = new();

    [Theory, OnSqlite, OnPostgres]
    public async Task A_code_signs_in_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var signin = Create(test);
        var code = await signin.CreateCodeAsync(TestDatabase.AccountId);

        var redeemed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => signin.RedeemAsync(code.Secret)));

        var session = Assert.Single(redeemed.OfType<IssuedSecret>());
        Assert.Equal(TestDatabase.AccountId, (await signin.FindAsync(session.Secret))!.Id);
        Assert.Null(await signin.FindAsync(code.Secret));
        Assert.Null(await signin.RedeemAsync("guess"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Codes_and_sessions_expire(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var signin = Create(test);
        var late = await signin.CreateCodeAsync(TestDatabase.AccountId);
        var session = await signin.RedeemAsync((await signin.CreateCodeAsync(TestDatabase.AccountId)).Secret);

        _time.Advance(Signin.CodeLifetime);
        Assert.Null(await signin.RedeemAsync(late.Secret));
        Assert.NotNull(await signin.FindAsync(session!.Secret));

        _time.Advance(Signin.SessionLifetime);
        Assert.Null(await signin.FindAsync(session.Secret));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Signing_out_ends_the_session_at_once(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var signin = Create(test);
        var session = await signin.RedeemAsync((await signin.CreateCodeAsync(TestDatabase.AccountId)).Secret);

        await signin.SignOutAsync(session!.Secret);

        Assert.Null(await signin.FindAsync(session.Secret));
    }

    private Signin Create(TestDatabase test) => new(new SigninStore(test.Database), new AccountStore(test.Database), _time);
}
