using System.Text.Json;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

/// <summary>A test that reads a published vector file beside the repository, skipped by name where there is none.</summary>
internal sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute(string file)
    {
        if (!File.Exists(PathOf(file))) Skip = $"{file} is not there";
    }

    public static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tertulia.slnx"))) folder = folder.Parent;
        return Path.Combine(folder?.Parent?.FullName ?? "", "shared", "vectors", file);
    }
}

public sealed class WycheproofTests
{
    [VectorFact("wycheproof-aes_gcm_test.json")]
    public void Aes_128_gcm_with_96_bit_nonces_by_libcrypto() => Check((key, encrypt) => new AesGcm128(key, encrypt));

    [VectorFact("wycheproof-aes_gcm_test.json")]
    public void Aes_128_gcm_with_96_bit_nonces_by_this_machine() => Check((key, encrypt) => AesGcmCipher.Create(key, encrypt));

    private static void Check(Func<byte[], bool, AesGcmCipher> create)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(VectorFactAttribute.PathOf("wycheproof-aes_gcm_test.json")));
        var (valid, invalid) = (0, 0);
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            if (Size(group, "ivSize") != 96 || Size(group, "keySize") != 128 || Size(group, "tagSize") != 128) continue;
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var (key, nonce, associated) = (Hex(test, "key"), Hex(test, "iv"), Hex(test, "aad"));
                var (message, sealedMessage, tag) = (Hex(test, "msg"), Hex(test, "ct"), Hex(test, "tag"));
                using var open = create(key, false);
                using var seal = create(key, true);
                var name = $"test case {test.GetProperty("tcId")}";
                var data = sealedMessage.ToArray();
                if (test.GetProperty("result").GetString() != "valid")
                {
                    Assert.False(open.TryOpen(nonce, associated, data, tag), name);
                    invalid++;
                    continue;
                }

                Assert.True(open.TryOpen(nonce, associated, data, tag), name);
                Assert.Equal(message, data);
                var produced = new byte[16];
                seal.Seal(nonce, associated, data, produced);
                Assert.Equal(sealedMessage, data);
                Assert.Equal(tag, produced);
                valid++;
            }
        }

        Assert.True(valid > 30 && invalid > 10, $"{valid} valid, {invalid} invalid");

        static int Size(JsonElement group, string name) => group.GetProperty(name).GetInt32();

        static byte[] Hex(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);
    }
}
