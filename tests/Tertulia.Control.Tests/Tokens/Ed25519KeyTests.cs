using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tertulia.Control.Accounts.Tokens;

namespace Tertulia.Control.Tests.Tokens;

public sealed class Ed25519KeyTests
{
    [Theory] // RFC 8032 section 7.1
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Rfc8032_signatures(string seed, string publicKey, string message, string signature)
    {
        using var key = Ed25519Key.FromSeed(Convert.FromHexString(seed));
        using var verifier = Ed25519Key.FromPublicKey(Convert.FromHexString(publicKey));
        var text = Convert.FromHexString(message);
        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Span));
        Assert.Equal(seed, Convert.ToHexStringLower(key.ExportSeed()));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(text)));
        Assert.True(verifier.Verify(text, Convert.FromHexString(signature)));
        Assert.False(verifier.Verify([.. text, 0], Convert.FromHexString(signature)));
        Assert.Equal(key.KeyId, verifier.KeyId);
    }

    [Fact] // RFC 8037 appendix A
    public void Rfc8037_thumbprint_and_signature()
    {
        using var key = Ed25519Key.FromSeed(System.Buffers.Text.Base64Url.DecodeFromChars("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"));
        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key.KeyId);
        var signature = key.Sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"u8);
        Assert.Equal("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg", Base64Url.Encode(signature));
    }

    [VectorFact("wycheproof-ed25519_test.json")]
    public void Wycheproof_signatures()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(VectorFactAttribute.PathOf("wycheproof-ed25519_test.json")));
        var count = 0;
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            using var key = Ed25519Key.FromPublicKey(Hex(group.GetProperty("publicKey"), "pk"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var valid = test.GetProperty("result").GetString() == "valid";
                Assert.True(valid == key.Verify(Hex(test, "msg"), Hex(test, "sig")), $"test case {test.GetProperty("tcId")}");
                count++;
            }
        }

        Assert.Equal(vectors.RootElement.GetProperty("numberOfTests").GetInt32(), count);

        static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
    }

    [Fact]
    public void A_generated_key_survives_export()
    {
        using var key = Ed25519Key.Generate();
        using var copy = Ed25519Key.FromSeed(key.ExportSeed());
        using var other = Ed25519Key.Generate();
        Assert.Equal(key.KeyId, copy.KeyId);
        Assert.NotEqual(key.KeyId, other.KeyId);
        var signature = key.Sign("text"u8);
        Assert.True(copy.Verify("text"u8, signature));
        Assert.False(other.Verify("text"u8, signature));
    }

    [Fact]
    public void Wrong_sizes_and_uses_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Ed25519Key.FromSeed(new byte[31]));
        Assert.Throws<ArgumentException>(() => Ed25519Key.FromPublicKey(new byte[33]));
        using var key = Ed25519Key.Generate();
        using var verifier = Ed25519Key.FromPublicKey(key.PublicKey.Span);
        Assert.False(verifier.CanSign);
        Assert.Throws<InvalidOperationException>(() => verifier.Sign("text"u8));
        Assert.Throws<InvalidOperationException>(verifier.ExportSeed);
        Assert.False(verifier.Verify("text"u8, new byte[63]));
        Assert.False(verifier.Verify("text"u8, []));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign("text"u8));
    }

    [Fact]
    public async Task One_key_serves_many_threads()
    {
        using var key = Ed25519Key.Generate();
        await Parallel.ForAsync(0, 500, (i, _) =>
        {
            var message = Encoding.UTF8.GetBytes($"message {i}");
            Assert.True(key.Verify(message, key.Sign(message)));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void The_key_set_has_public_members_only()
    {
        using var key = Ed25519Key.Generate();
        using var json = JsonDocument.Parse(JsonWebKeySet.ToJson([key]));
        var jwk = Assert.Single(json.RootElement.GetProperty("keys").EnumerateArray());
        var members = jwk.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x"], members.Keys.Order());
        Assert.Equal(("OKP", "Ed25519", "Ed25519", "sig"), (members["kty"], members["crv"], members["alg"], members["use"]));
        Assert.Equal(key.PublicKey.ToArray(), System.Buffers.Text.Base64Url.DecodeFromChars(members["x"]));
        var thumbprint = SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"Ed25519","kty":"OKP","x":"{{members["x"]}}"}"""));
        Assert.Equal(Base64Url.Encode(thumbprint), members["kid"]);
    }
}
