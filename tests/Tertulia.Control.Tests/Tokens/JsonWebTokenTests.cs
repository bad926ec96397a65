using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tertulia.Control.Accounts.Tokens;

namespace Tertulia.Control.Tests.Tokens;

public sealed partial class JsonWebTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly Ed25519Key _key = Ed25519Key.Generate();
    private readonly Ed25519Key _other = Ed25519Key.Generate();

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Claims_come_back()
    {
        var token = JsonWebToken.Create(_key, new Claims("Ada \"Ü\"", Now.ToUnixTimeSeconds() + 60), ClaimsJson.Default.Claims);
        Assert.True(JsonWebToken.TryVerify(token, [_other, _key], Now, ClaimsJson.Default.Claims, out var claims, out var error));
        Assert.Equal(("Ada \"Ü\"", TokenError.None), (claims.Name, error));
        using var header = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0]));
        Assert.Equal("Ed25519", header.RootElement.GetProperty("alg").GetString());
        Assert.Equal(_key.KeyId, header.RootElement.GetProperty("kid").GetString());
    }

    [Theory]
    [InlineData("""{"alg":"EdDSA","typ":"JWT","kid":"KID"}""", TokenError.None)]
    [InlineData("""{"alg":"Ed25519","typ":"jwt","kid":"KID","jwk":{"kty":"OKP"}}""", TokenError.None)]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"KID"}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"KID"}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"alg":"ed25519","typ":"JWT","kid":"KID"}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"KID"}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"alg":["Ed25519"],"typ":"JWT","kid":"KID"}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"typ":"JWT","kid":"KID"}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT","kid":"KID","crit":["exp"]}""", TokenError.UnsupportedAlgorithm)]
    [InlineData("""{"alg":"Ed25519","kid":"KID"}""", TokenError.WrongType)]
    [InlineData("""{"alg":"Ed25519","typ":"at+jwt","kid":"KID"}""", TokenError.WrongType)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT"}""", TokenError.UnknownKey)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT","kid":"nobody"}""", TokenError.UnknownKey)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT","kid":"KID","kid":"KID"}""", TokenError.Malformed)]
    [InlineData("""{"alg":"none","alg":"Ed25519","typ":"JWT","kid":"KID"}""", TokenError.Malformed)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT","kid":"KID"}x""", TokenError.Malformed)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT","kid":"\ud800"}""", TokenError.Malformed)]
    [InlineData("""{"alg":"Ed25519","typ":"JWT","kid":"KID","\ud800":1}""", TokenError.Malformed)]
    [InlineData("""["alg","Ed25519"]""", TokenError.Malformed)]
    [InlineData("", TokenError.Malformed)]
    public void The_header_cannot_choose_how_it_is_verified(string header, TokenError expected) =>
        Assert.Equal(expected, Verify(Sign(header.Replace("KID", _key.KeyId), $$"""{"name":"Ada","exp":{{Now.ToUnixTimeSeconds() + 60}}}""")));

    [Fact]
    public void A_mac_with_the_public_key_is_no_signature()
    {
        var signed = $"{Text($$"""{"alg":"HS256","typ":"JWT","kid":"{{_key.KeyId}}"}""")}.{Text("""{"name":"Ada","exp":1900000000}""")}";
        var mac = HMACSHA256.HashData(_key.PublicKey.Span, Encoding.ASCII.GetBytes(signed));
        Assert.Equal(TokenError.UnsupportedAlgorithm, Verify($"{signed}.{Base64Url.Encode(mac)}"));
    }

    [Theory]
    [InlineData(@"{""name"":""Ada"",""exp"":1800000001}", TokenError.None)]
    [InlineData(@"{""name"":""Ada"",""exp"":1800000000.5}", TokenError.None)]
    [InlineData(@"{""name"":""Ada"",""exp"":1800000000}", TokenError.Expired)]
    [InlineData(@"{""name"":""Ada"",""exp"":0}", TokenError.Expired)]
    [InlineData(@"{""name"":""Ada"",""exp"":-1e300}", TokenError.Expired)]
    [InlineData(@"{""name"":""Ada"",""exp"":1e400}", TokenError.InvalidClaims)]
    [InlineData(@"{""name"":""Ada"",""exp"":""1900000000""}", TokenError.InvalidClaims)]
    [InlineData(@"{""name"":""Ada"",""exp"":null}", TokenError.InvalidClaims)]
    [InlineData(@"{""name"":""Ada""}", TokenError.InvalidClaims)]
    [InlineData(@"{""name"":""Ada"",""exp"":1900000000,""nbf"":1800000005}", TokenError.None)]
    [InlineData(@"{""name"":""Ada"",""exp"":1900000000,""nbf"":1800000006}", TokenError.NotYetValid)]
    [InlineData(@"{""name"":""Ada"",""exp"":1900000000,""iat"":1800000006}", TokenError.NotYetValid)]
    [InlineData(@"{""name"":""Ada"",""exp"":1900000000,""nbf"":true}", TokenError.InvalidClaims)]
    [InlineData(@"{""name"":[],""exp"":1900000000}", TokenError.InvalidClaims)]
    [InlineData(@"{""name"":""Ada"",""exp"":1,""exp"":1900000000}", TokenError.InvalidClaims)]
    [InlineData(@"{""exp"":1900000000}", TokenError.InvalidClaims)]
    [InlineData(@"null", TokenError.InvalidClaims)]
    public void Times_and_claims_are_checked(string claims, TokenError expected) =>
        Assert.Equal(expected, Verify(JsonWebToken.Create(_key, Encoding.UTF8.GetBytes(claims))));

    [Fact]
    public void A_foreign_signature_is_refused()
    {
        var header = $$"""{"alg":"Ed25519","typ":"JWT","kid":"{{_key.KeyId}}"}""";
        var signed = $"{Text(header)}.{Text("""{"name":"Ada","exp":1900000000}""")}";
        Assert.Equal(TokenError.BadSignature, Verify($"{signed}.{Base64Url.Encode(_other.Sign(Encoding.ASCII.GetBytes(signed)))}"));
        Assert.Equal(TokenError.BadSignature, Verify($"{signed}."));
    }

    [Fact]
    public void Any_changed_truncated_or_extended_token_is_refused()
    {
        var token = Good();
        Assert.Equal(TokenError.None, Verify(token));
        for (var length = 0; length < token.Length; length++) Assert.NotEqual(TokenError.None, Verify(token[..length]));
        foreach (var tail in (string[])["A", "=", "==", ".", ".A", " ", "\n", "\0"])
        {
            Assert.NotEqual(TokenError.None, Verify(token + tail));
            Assert.NotEqual(TokenError.None, Verify(tail + token));
        }

        for (var i = 0; i < token.Length; i++)
            foreach (var other in "Aa0-_.=+/ é")
                if (other != token[i]) Assert.NotEqual(TokenError.None, Verify(token[..i] + other + token[(i + 1)..]));
    }

    [Fact]
    public void A_huge_token_is_refused_unread()
    {
        Assert.Equal(TokenError.TooLong, Verify(new string('A', JsonWebToken.MaxLength + 1)));
        Assert.Equal(TokenError.TooLong, Verify(Good() + new string('A', 10_000_000)));
        Assert.Equal(TokenError.Malformed, Verify(new string('.', JsonWebToken.MaxLength)));
        Assert.Equal(TokenError.Malformed, Verify(null));
        Assert.Equal(TokenError.Malformed, Verify($"{Text(new string('[', 2000))}.{Text("{}")}.AAAA"));
    }

    [Fact]
    public void Random_tokens_are_refused_without_an_exception()
    {
        var random = new Random(7);
        var parts = Good().Split('.');
        for (var i = 0; i < 3_000; i++)
        {
            var json = Convert.ToHexString(RandomBytes(4));
            var header = RandomBytes(random.Next(60));
            Assert.NotEqual(TokenError.None, Verify($"{Base64Url.Encode(header)}.{parts[1]}.{parts[2]}"));
            var changed = System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]);
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (Base64Url.Encode(changed) != parts[0])
                Assert.NotEqual(TokenError.None, Verify($"{Base64Url.Encode(changed)}.{parts[1]}.{parts[2]}"));
            Verify(JsonWebToken.Create(_key, header));
            Verify($$"""{{{json}}}""");
        }

        byte[] RandomBytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Zg")]
    [InlineData("Zm8")]
    [InlineData("Zm9v")]
    [InlineData("-_-_")]
    public void Base64url_has_one_form(string text)
    {
        Assert.True(Base64Url.TryDecode(text, out var bytes));
        Assert.Equal(text, Base64Url.Encode(bytes));
    }

    [Theory]
    [InlineData("Z")]
    [InlineData("Zh")]
    [InlineData("Zm9")]
    [InlineData("Zg==")]
    [InlineData("Zm9v\n")]
    [InlineData(" Zm9v")]
    [InlineData("Zm+v")]
    [InlineData("Zm/v")]
    public void Base64url_has_no_other(string text) => Assert.False(Base64Url.TryDecode(text, out _));

    private static string Text(string json) => Base64Url.Encode(Encoding.UTF8.GetBytes(json));

    private string Good() => JsonWebToken.Create(_key, new Claims("Ada", Now.ToUnixTimeSeconds() + 60), ClaimsJson.Default.Claims);

    private string Sign(string header, string claims)
    {
        var signed = $"{Text(header)}.{Text(claims)}";
        return $"{signed}.{Base64Url.Encode(_key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private TokenError Verify(string? token)
    {
        var verified = JsonWebToken.TryVerify(token, [_other, _key], Now, ClaimsJson.Default.Claims, out var claims, out var error);
        Assert.Equal(verified, error == TokenError.None);
        Assert.Equal(verified, claims is not null);
        return error;
    }

    internal sealed record Claims(
        [property: JsonPropertyName("name"), JsonRequired] string Name,
        [property: JsonPropertyName("exp")] double Exp);

    [JsonSerializable(typeof(Claims))]
    private sealed partial class ClaimsJson : JsonSerializerContext;
}
