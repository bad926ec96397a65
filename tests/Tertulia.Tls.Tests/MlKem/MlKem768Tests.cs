using System.Security.Cryptography;
using System.Text.Json;
using Tertulia.Tls.MlKem;

namespace Tertulia.Tls.Tests.MlKem;

/// <summary>ML-KEM-768 against the known answers that NIST published for FIPS 203, and against Wycheproof's hostile keys.</summary>
public sealed class MlKem768Tests
{
    private const string Acvp = "mlkem768-acvp.json";
    private const string Wycheproof = "wycheproof-mlkem_768_encaps_test.json";

    [VectorFact(Acvp)]
    public void Key_generation_gives_the_known_answers()
    {
        var seen = 0;
        foreach (var test in Vectors.Of(Acvp, "keyGen"))
        {
            var (open, secret) = Generate(test.Hex("d"), test.Hex("z"));
            Assert.True(open.AsSpan().SequenceEqual(test.Hex("expected_ek")), test.Id());
            Assert.True(secret.AsSpan().SequenceEqual(test.Hex("expected_dk")), test.Id());
            seen++;
        }

        Assert.Equal(25, seen);
    }

    [VectorFact(Acvp)]
    public void Encapsulation_gives_the_known_answers()
    {
        var seen = 0;
        foreach (var test in Vectors.Of(Acvp, "encapDecap", Function("encapsulation")))
        {
            var (ciphertext, shared) = Encapsulate(test.Hex("ek"), test.Hex("m"));
            Assert.True(ciphertext.AsSpan().SequenceEqual(test.Hex("expected_c")), test.Id());
            Assert.True(shared.AsSpan().SequenceEqual(test.Hex("expected_k")), test.Id());
            seen++;
        }

        Assert.Equal(25, seen);
    }

    /// <summary>Ciphertexts that were changed are among them, with the secrets of implicit rejection.</summary>
    [VectorFact(Acvp)]
    public void Decapsulation_gives_the_known_answers()
    {
        var seen = 0;
        foreach (var test in Vectors.Of(Acvp, "encapDecap", Function("decapsulation")))
        {
            Assert.True(Decapsulate(test.Hex("dk"), test.Hex("c")).AsSpan().SequenceEqual(test.Hex("expected_k")), test.Id());
            seen++;
        }

        Assert.Equal(10, seen);
    }

    [VectorFact(Acvp)]
    public void Keys_are_checked_as_expected()
    {
        var seen = 0;
        foreach (var test in Vectors.Of(Acvp, "encapDecap", Function("encapsulationKeyCheck")))
        {
            Assert.True(test.GetProperty("expected_testPassed").GetBoolean() == MlKem768.IsEncapsulationKey(test.Hex("ek")), test.Id());
            seen++;
        }

        foreach (var test in Vectors.Of(Acvp, "encapDecap", Function("decapsulationKeyCheck")))
        {
            Assert.True(test.GetProperty("expected_testPassed").GetBoolean() == MlKem768.IsDecapsulationKey(test.Hex("dk")), test.Id());
            seen++;
        }

        Assert.Equal(20, seen);
    }

    [VectorFact(Wycheproof)]
    public void Hostile_encapsulation_keys_are_refused()
    {
        var (valid, invalid) = (0, 0);
        foreach (var test in Vectors.Of(Wycheproof, "testGroups"))
        {
            var ciphertext = new byte[MlKem768.CiphertextBytes];
            var shared = new byte[MlKem768.SharedSecretBytes];
            var taken = MlKem768.TryEncapsulate(test.Hex("ek"), test.Hex("m"), ciphertext, shared);
            if (test.GetProperty("result").GetString() == "valid")
            {
                Assert.True(taken && ciphertext.AsSpan().SequenceEqual(test.Hex("c")) && shared.AsSpan().SequenceEqual(test.Hex("K")), test.Id());
                valid++;
            }
            else
            {
                Assert.False(taken, test.Id());
                invalid++;
            }
        }

        Assert.True(valid > 100 && invalid > 100, $"{valid} valid, {invalid} invalid");
    }

    [Fact]
    public void Both_sides_get_the_same_secret_and_a_changed_ciphertext_gives_another()
    {
        for (var round = 0; round < 50; round++)
        {
            var (open, secret) = Generate(RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
            Assert.True(MlKem768.IsDecapsulationKey(secret));
            var (ciphertext, shared) = Encapsulate(open, RandomNumberGenerator.GetBytes(32));
            Assert.Equal(shared, Decapsulate(secret, ciphertext));

            ciphertext[RandomNumberGenerator.GetInt32(ciphertext.Length)] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            var other = Decapsulate(secret, ciphertext);
            Assert.NotEqual(shared, other);
            Assert.Equal(other, Decapsulate(secret, ciphertext));
        }
    }

    /// <summary>The one division of the arithmetic, by multiplication, over all values that it is used for.</summary>
    [Fact]
    public void Quotients_and_remainders_are_exact_below_2_to_the_25()
    {
        for (uint value = 0; value < 1 << 25; value++)
        {
            if (Field.DivideByQ(value) == value / Field.Q && Field.Reduce(value) == value % Field.Q) continue;
            Assert.Fail($"{value}");
        }
    }

    private static Func<JsonElement, bool> Function(string name) => tests => tests.GetProperty("function").GetString() == name;

    private static (byte[] Open, byte[] Secret) Generate(byte[] d, byte[] z)
    {
        var (open, secret) = (new byte[MlKem768.EncapsulationKeyBytes], new byte[MlKem768.DecapsulationKeyBytes]);
        MlKem768.GenerateKey(d, z, open, secret);
        return (open, secret);
    }

    private static (byte[] Ciphertext, byte[] Shared) Encapsulate(byte[] open, byte[] m)
    {
        var (ciphertext, shared) = (new byte[MlKem768.CiphertextBytes], new byte[MlKem768.SharedSecretBytes]);
        Assert.True(MlKem768.TryEncapsulate(open, m, ciphertext, shared));
        return (ciphertext, shared);
    }

    private static byte[] Decapsulate(byte[] secret, byte[] ciphertext)
    {
        var shared = new byte[MlKem768.SharedSecretBytes];
        MlKem768.Decapsulate(secret, ciphertext, shared);
        return shared;
    }
}
