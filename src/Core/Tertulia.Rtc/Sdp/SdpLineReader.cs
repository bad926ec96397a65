namespace Tertulia.Rtc.Sdp;

/// <summary>
/// The lines of a description, ended by CRLF, LF or a lone CR, without surrounding blanks; empty ones are passed over.
/// A lone CR counts because it must never survive inside a value that goes out again.
/// </summary>
internal ref struct SdpLineReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;
    private char _lastEnd;

    /// <summary>Number of the current line, from 1.</summary>
    public int Number { get; private set; }

    public ReadOnlySpan<char> Current { get; private set; }

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOfAny('\r', '\n');
            var line = end < 0 ? _rest : _rest[..end];
            var isSecondHalfOfCrLf = end == 0 && _rest[0] == '\n' && _lastEnd == '\r';
            _lastEnd = end < 0 ? default : _rest[end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (isSecondHalfOfCrLf) continue;
            Number++;
            line = line.Trim();
            if (line.IsEmpty) continue;
            Current = line;
            return true;
        }

        return false;
    }
}

/// <summary>Words of a line, separated by any run of blanks.</summary>
internal static class SdpWords
{
    /// <summary>Takes the next word off <paramref name="text"/>; empty at the end.</summary>
    public static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var end = text.IndexOfAny(' ', '\t');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..].TrimStart();
        return word;
    }

    /// <summary>The characters of <c>token</c> (RFC 8866 section 9).</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is <= ' ' or >= '\x7f' or '"' or '(' or ')' or ',' or '/' or ':' or ';' or '<' or '=' or '>' or '?' or '@' or '[' or '\\' or ']')
                return false;
        }

        return !text.IsEmpty;
    }
}
