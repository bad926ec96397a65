using System.Globalization;

namespace Tertulia.Tls.Wire;

/// <summary>Key exchange groups of TLS by their registered names (RFC 8446 section 4.2.7 and the IANA registry).</summary>
public static class NamedGroups
{
    public const int X25519MLKEM768 = 0x11ec;

    /// <summary>The registered name, or the number for groups that nobody here knows.</summary>
    public static string NameOf(int group) => group switch
    {
        0x0017 => "secp256r1",
        0x0018 => "secp384r1",
        0x0019 => "secp521r1",
        0x001d => "x25519",
        0x001e => "x448",
        0x0100 => "ffdhe2048",
        0x0101 => "ffdhe3072",
        0x0200 => "MLKEM512",
        0x0201 => "MLKEM768",
        0x0202 => "MLKEM1024",
        0x11eb => "SecP256r1MLKEM768",
        X25519MLKEM768 => "X25519MLKEM768",
        0x11ed => "SecP384r1MLKEM1024",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{group:x4}"),
    };

    /// <summary>True for groups with ML-KEM in them, alone or beside a classical curve.</summary>
    public static bool IsPostQuantum(int group) => group is >= 0x0200 and <= 0x0202 or >= 0x11eb and <= 0x11ed;
}
