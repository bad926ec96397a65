namespace Tertulia.MediaNode;

/// <summary>The first two characters of our user name fragments name the loop, so that a check that came elsewhere finds its way.</summary>
internal static class LoopFragments
{
    public const int MaxLoops = 64 * 64;

    // Ice-chars (RFC 8839 section 5.4) in their order of value.
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public static string PrefixOf(int loop) => new([Digits[loop >> 6], Digits[loop & 63]]);

    /// <summary>The loop of a check's user name, or -1.</summary>
    public static int LoopOf(ReadOnlySpan<byte> username) =>
        username.Length < 2 ? -1 : (Digits.IndexOf((char)username[0]), Digits.IndexOf((char)username[1])) switch
        {
            ( >= 0, >= 0) both => both.Item1 << 6 | both.Item2,
            _ => -1,
        };
}
