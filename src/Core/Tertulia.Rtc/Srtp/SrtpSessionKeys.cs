using System.Security.Cryptography;

namespace Tertulia.Rtc.Srtp;

/// <summary>Keys of one direction, derived from its master key and salt (RFC 3711 section 4.3, key derivation rate 0).</summary>
internal sealed class SrtpSessionKeys
{
    private const int AuthenticationKeyLength = 20;

    public required byte[] RtpKey { get; init; }

    public required byte[] RtpSalt { get; init; }

    /// <summary>HMAC key; unused by GCM.</summary>
    public required byte[] RtpAuthentication { get; init; }

    public required byte[] RtcpKey { get; init; }

    public required byte[] RtcpSalt { get; init; }

    public required byte[] RtcpAuthentication { get; init; }

    public static SrtpSessionKeys Derive(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(masterKey.Length, profile.MasterKeyLength());
        ArgumentOutOfRangeException.ThrowIfNotEqual(masterSalt.Length, profile.MasterSaltLength());
        using var cipher = new AesCounter128(masterKey);
        return new()
        {
            RtpKey = Derive(cipher, masterSalt, 0, masterKey.Length),
            RtpAuthentication = Derive(cipher, masterSalt, 1, AuthenticationKeyLength),
            RtpSalt = Derive(cipher, masterSalt, 2, masterSalt.Length),
            RtcpKey = Derive(cipher, masterSalt, 3, masterKey.Length),
            RtcpAuthentication = Derive(cipher, masterSalt, 4, AuthenticationKeyLength),
            RtcpSalt = Derive(cipher, masterSalt, 5, masterSalt.Length),
        };
    }

    public void Clear()
    {
        foreach (var key in (byte[][])[RtpKey, RtpSalt, RtpAuthentication, RtcpKey, RtcpSalt, RtcpAuthentication])
            CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>
    /// PRF_n(k_master, x) with x = (label || r) XOR master_salt and r = 0. A 96-bit GCM salt is filled up with zeros to the
    /// right, as RFC 7714 leaves it to the 112 bits of RFC 3711 and every implementation does it.
    /// </summary>
    private static byte[] Derive(AesCounter128 cipher, ReadOnlySpan<byte> masterSalt, byte label, int length)
    {
        Span<byte> counter = stackalloc byte[AesCounter128.BlockLength];
        counter.Clear();
        masterSalt.CopyTo(counter);
        counter[7] ^= label;
        var key = new byte[length];
        cipher.Apply(counter, key);
        return key;
    }
}
