using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

/// <summary>Our own AES-GCM against libcrypto's: the same bytes at every length, and not one changed bit accepted.</summary>
public sealed class VectorAesGcmTests
{
    private readonly Random _random = new(7);

    [Fact]
    public void It_agrees_with_libcrypto_at_every_length()
    {
        if (!VectorAesGcm.IsSupported) return;
        for (var length = 0; length < 400; length++) Compare(length, _random.Next(0, 50));
        for (var length = 1_100; length < 1_300; length++) Compare(length, _random.Next(12, 40));
    }

    [Fact]
    public void It_agrees_with_libcrypto_under_many_keys()
    {
        if (!VectorAesGcm.IsSupported) return;
        for (var i = 0; i < 2_000; i++) Compare(_random.Next(0, 1_500), _random.Next(0, 50));
    }

    [Fact]
    public void No_changed_bit_is_accepted()
    {
        if (!VectorAesGcm.IsSupported) return;
        using var cipher = new VectorAesGcm(Bytes(16));
        var (nonce, associated, data, tag) = (Bytes(12), Bytes(20), Bytes(300), new byte[16]);
        cipher.Seal(nonce, associated, data, tag);
        foreach (var part in (byte[][])[nonce, associated, data, tag])
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.False(cipher.TryOpen(nonce, associated, [.. data], tag));
                part[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }

        Assert.True(cipher.TryOpen(nonce, associated, data, tag));
    }

    private void Compare(int length, int associatedLength)
    {
        var (key, nonce, associated, plain) = (Bytes(16), Bytes(12), Bytes(associatedLength), Bytes(length));
        using var ours = new VectorAesGcm(key);
        using var theirs = new AesGcm128(key, encrypt: true);
        byte[] data = [.. plain], expected = [.. plain];
        byte[] tag = new byte[16], expectedTag = new byte[16];
        ours.Seal(nonce, associated, data, tag);
        theirs.Seal(nonce, associated, expected, expectedTag);
        Assert.Equal(expected, data);
        Assert.Equal(expectedTag, tag);
        Assert.True(ours.TryOpen(nonce, associated, data, tag));
        Assert.Equal(plain, data);
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
