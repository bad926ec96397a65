using System.Text;
using Tertulia.Rtc.Stun;
using Tertulia.Turn.Tests.Support;

namespace Tertulia.Turn.Tests;

/// <summary>The newer half of the long-term mechanism (RFC 8489 section 9.2); the older one is what all other tests use.</summary>
public sealed class AuthenticationTests
{
    private readonly TurnBench _bench = new();

    [Fact]
    public void A_challenge_offers_SHA256_first_and_its_nonce_says_so()
    {
        var challenge = _bench.Client().Ask(StunMethod.Allocate, signed: false);
        Assert.Equal(401, challenge.Error);
        Assert.Equal([0, 2, 0, 0, 0, 1, 0, 0], challenge.Attribute(StunAttributeType.PasswordAlgorithms)!);
        Assert.StartsWith("obMatJos2AAAD", Encoding.ASCII.GetString(challenge.Attribute(StunAttributeType.Nonce)!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PasswordAlgorithm.Sha256, true)]
    [InlineData(PasswordAlgorithm.Sha256, false)]
    [InlineData(PasswordAlgorithm.Md5, true)]
    [InlineData(null, true)]
    public void Keys_and_signatures_of_either_kind_open_a_relay(PasswordAlgorithm? algorithm, bool signsWithSha256)
    {
        var client = _bench.Client();
        (client.Algorithm, client.SignsWithSha256) = (algorithm, signsWithSha256);
        var answer = client.Allocate();
        Assert.True(answer.IsSuccess, $"{answer.Error}");
        Assert.True(StunMessage.TryParse(answer.Bytes, out var message));
        Assert.Equal((signsWithSha256, !signsWithSha256), (message.HasIntegritySha256, message.HasIntegrity));
        Assert.True(client.Refresh(600).IsSuccess);

        client.Password = "wrong";
        Assert.Equal(401, client.Refresh(600).Error);
    }

    [Fact]
    public void Whoever_changes_the_algorithm_on_the_way_is_found_out()
    {
        var client = _bench.Client();
        (client.Algorithm, client.Offered) = (PasswordAlgorithm.Md5, [0, 1, 0, 0]);
        Assert.Equal(400, client.Allocate().Error);
        client.Offered = [0, 2, 0, 0, 0, 1, 0, 0];
        client.Algorithm = (PasswordAlgorithm)3;
        Assert.Equal(400, client.Allocate().Error);
        client.Offered = [];
        Assert.Equal(400, client.Allocate().Error);
        Assert.Equal(0, _bench.Server.AllocationCount);
    }

    [Fact]
    public void A_user_name_need_not_be_shown()
    {
        var client = _bench.Client();
        (client.Algorithm, client.SignsWithSha256, client.HidesName) = (PasswordAlgorithm.Sha256, true, true);
        Assert.Equal(401, client.Allocate().Error);
        _bench.Admission.Names.Add(Encoding.ASCII.GetBytes(client.Name));
        Assert.True(client.Allocate().IsSuccess);

        // Shown or not, it is the same one.
        client.HidesName = false;
        Assert.True(client.Refresh(600).IsSuccess);
    }

    [Fact]
    public void Nobody_unknown_gets_more_than_a_hundred_bytes_for_a_question()
    {
        var challenge = _bench.Client().Ask(StunMethod.Allocate, signed: false);
        Assert.InRange(challenge.Bytes.Length, 20, 100);
    }
}
