using System.Text;
using Tertulia.Control.Accounts;
using Tertulia.Control.Tests.Meetings;
using Tertulia.Control.Tests.Storage;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Accounts;

public sealed class MeetingTokensTests
{
    private readonly ManualTime _time = new();

    [Theory, OnSqlite, OnPostgres]
    public async Task A_token_outlives_a_restart(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var claims = Claims() with { MetadataJson = """{"avatar":"a.png"}""" };
        var token = (await LoadAsync(test)).Issue(claims);
        await test.ReopenAsync();

        var (read, error) = (await LoadAsync(test)).Verify(token);

        Assert.Equal(MeetingTokenError.None, error);
        Assert.Equal(claims with { Grants = read!.Grants }, read);
        Assert.Equal(claims.Grants, read.Grants);
    }

    [Fact]
    public void Forged_foreign_and_expired_tokens_are_refused()
    {
        var tokens = new MeetingTokens(_time);
        var token = tokens.Issue(Claims());

        Assert.Equal(MeetingTokenError.Invalid, new MeetingTokens(_time).Verify(token).Error);
        Assert.Equal(MeetingTokenError.Invalid, tokens.Verify(token[..^4] + "AAAA").Error);
        Assert.Equal(MeetingTokenError.Invalid, tokens.Verify("").Error);
        Assert.Equal(MeetingTokenError.None, tokens.Verify(token).Error);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(MeetingTokenError.Expired, tokens.Verify(token).Error);
    }

    [Fact]
    public void The_largest_of_everything_still_fits_into_a_url()
    {
        var tokens = new MeetingTokens(_time);
        var metadata = $$"""{"text":"{{new string('語', 678)}}"}""";
        Assert.InRange(Encoding.UTF8.GetByteCount(metadata), 2040, 2048);

        var token = tokens.Issue(Claims() with { DisplayName = new string('語', 64), MetadataJson = metadata });

        Assert.Equal(metadata, tokens.Verify(token).Claims!.MetadataJson);
    }

    private MeetingTokenClaims Claims() => new(
        "mtg_0123456789ab", "acc_1", "k3v9a0b1c2d3e4f5", "Ada 🎉", "host", MeetingGrants.For("host"), MeetingTokenPurpose.Join,
        _time.GetUtcNow() + MeetingTokens.JoinLifetime);

    private Task<MeetingTokens> LoadAsync(TestDatabase test) => MeetingTokens.LoadAsync(new SigningKeyStore(test.Database), _time);
}
