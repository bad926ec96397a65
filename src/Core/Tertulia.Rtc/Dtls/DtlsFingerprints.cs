using System.Security.Cryptography;

namespace Tertulia.Rtc.Dtls;

/// <summary>Comparison of a certificate with what signaling promised (RFC 8122 section 5).</summary>
internal static class DtlsFingerprints
{
    /// <summary>Strongest first. MD5 and MD2 are never accepted.</summary>
    private static readonly string[] Algorithms = ["sha-512", "sha-384", "sha-256", "sha-1"];

    public static DtlsFingerprint? Compute(string algorithm, ReadOnlySpan<byte> certificate) =>
        Hash(algorithm, certificate) is { } hash ? new(algorithm, Convert.ToHexString(hash).Chunk(2).Aggregate("", Join)) : null;

    /// <summary>
    /// True if the certificate has one of the expected fingerprints. Where several algorithms are given, only the strongest
    /// known one counts; several values of it mean that any of these certificates will do.
    /// </summary>
    public static bool Match(IReadOnlyList<DtlsFingerprint> expected, ReadOnlySpan<byte> certificate)
    {
        foreach (var algorithm in Algorithms)
        {
            var given = false;
            var hash = default(byte[]);
            for (var i = 0; i < expected.Count; i++)
            {
                if (!string.Equals(expected[i].Algorithm, algorithm, StringComparison.OrdinalIgnoreCase)) continue;
                given = true;
                hash ??= Hash(algorithm, certificate);
                if (TryParse(expected[i].Value, out var value) && hash.AsSpan().SequenceEqual(value)) return true;
            }

            if (given) return false;
        }

        return false;
    }

    private static string Join(string text, char[] digits) => text.Length == 0 ? new(digits) : $"{text}:{new string(digits)}";

    private static byte[]? Hash(string algorithm, ReadOnlySpan<byte> certificate) => algorithm switch
    {
        "sha-512" => SHA512.HashData(certificate),
        "sha-384" => SHA384.HashData(certificate),
        "sha-256" => SHA256.HashData(certificate),
        "sha-1" => SHA1.HashData(certificate),
        _ => null,
    };

    /// <summary>Two hexadecimal digits a byte, a colon between bytes; RFC 8122 asks for upper case, not all send it.</summary>
    private static bool TryParse(string? text, out byte[] value)
    {
        value = [];
        if (text is null || text.Length % 3 != 2) return false;
        var bytes = new byte[(text.Length + 1) / 3];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[3 * i]) || !char.IsAsciiHexDigit(text[3 * i + 1])) return false;
            if (i > 0 && text[3 * i - 1] != ':') return false;
            bytes[i] = Convert.FromHexString(text.AsSpan(3 * i, 2))[0];
        }

        value = bytes;
        return true;
    }
}
