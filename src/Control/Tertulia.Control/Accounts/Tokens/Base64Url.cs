namespace Tertulia.Control.Accounts.Tokens;

/// <summary>
/// Base64url as JWS has it (RFC 7515 section 2): no padding, no white space, and only the one canonical form of each
/// value, so that a token cannot be written in two ways.
/// </summary>
internal static class Base64Url
{
    public static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 == 1) return false;
        foreach (var character in text)
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) return false;

        // The bits that the last character has too many must be zero (RFC 4648 section 3.5).
        var spare = (text.Length % 4) switch { 2 => 0x0f, 3 => 0x03, _ => 0 };
        if (spare != 0 && (Value(text[^1]) & spare) != 0) return false;
        bytes = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        return true;
    }

    private static int Value(char character) => character switch
    {
        >= 'A' and <= 'Z' => character - 'A',
        >= 'a' and <= 'z' => character - 'a' + 26,
        >= '0' and <= '9' => character - '0' + 52,
        '-' => 62,
        _ => 63,
    };
}
