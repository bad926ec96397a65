using System.Net;
using System.Text;

namespace Tertulia.Contracts.Transcripts;

/// <summary>
/// Reads WebVTT and SubRip as meeting tools export them: the speaker stands in a voice span (<c>&lt;v Ada&gt;</c>) or before a colon. Forgiving
/// about headers, styles and notes, which are skipped; strict about times.
/// </summary>
public static class CueReader
{
    private const int LongestSpeaker = 64;

    /// <summary>False if there is no cue in it, or one whose times make no sense; <paramref name="mistake"/> says which.</summary>
    public static bool TryRead(string text, out IReadOnlyList<TranscriptCue> cues, out string mistake)
    {
        var read = new List<TranscriptCue>();
        cues = read;
        mistake = "";
        string? before = null;
        var lines = new LineReader(text);
        while (lines.TryRead(out var line))
        {
            if (!line.Contains("-->", StringComparison.Ordinal))
            {
                before = line.IsWhiteSpace() ? null : line.ToString();
                continue;
            }
            if (!TryReadTimes(line, out var start, out var end))
            {
                mistake = $"Line {lines.Number} is no line of times such as 00:01:02.500 --> 00:01:05.000.";
                return false;
            }
            var payload = new StringBuilder();
            while (lines.TryRead(out var part) && !part.IsWhiteSpace())
            {
                if (payload.Length > 0) payload.Append(' ');
                payload.Append(part);
            }
            var (speaker, said) = Split(payload.ToString());
            if (said.Length > 0) read.Add(new(Identifier(before), speaker, start, end, said));
            before = null;
        }
        if (read.Count == 0) mistake = "There is no cue in it.";
        return read.Count > 0;
    }

    // SubRip's running numbers are no identity: the next file has them too.
    private static string? Identifier(string? line) => line is null || line.All(char.IsAsciiDigit) ? null : line.Trim();

    private static bool TryReadTimes(ReadOnlySpan<char> line, out double start, out double end)
    {
        end = 0;
        var arrow = line.IndexOf("-->");
        if (!TryReadTime(line[..arrow].Trim(), out start)) return false;
        var rest = line[(arrow + 3)..].Trim();
        var settings = rest.IndexOfAny(' ', '\t');
        return TryReadTime(settings < 0 ? rest : rest[..settings], out end) && end >= start;
    }

    // 01:02:03.500, 02:03.500, and SubRip's comma.
    private static bool TryReadTime(ReadOnlySpan<char> text, out double seconds)
    {
        seconds = 0;
        var point = text.IndexOfAny('.', ',');
        if (point < 0 || text.Length - point - 1 != 3 || !TryReadNumber(text[(point + 1)..], 999, out var milliseconds)) return false;
        var parts = 0;
        foreach (var range in text[..point].Split(':'))
        {
            var part = text[..point][range];
            if (++parts > 3 || !TryReadNumber(part, parts == 1 ? 9999 : 59, out var number)) return false;
            seconds = seconds * 60 + number;
        }
        seconds += milliseconds / 1000.0;
        return parts >= 2;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> digits, int most, out int number)
    {
        number = 0;
        if (digits.Length is 0 or > 4) return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return false;
            number = number * 10 + (digit - '0');
        }
        return number <= most;
    }

    private static (string? Speaker, string Text) Split(string payload)
    {
        string? speaker = null;
        var text = new StringBuilder(payload.Length);
        for (var i = 0; i < payload.Length; i++)
        {
            var close = payload[i] == '<' ? payload.IndexOf('>', i) : -1;
            if (close < 0)
            {
                text.Append(payload[i]);
                continue;
            }
            var tag = payload.AsSpan(i + 1, close - i - 1);
            // <v Ada> or <v.loud Ada>
            if (speaker is null && tag.StartsWith("v") && tag.Length > 1 && tag[1] is ' ' or '.' && tag.IndexOf(' ') is var space and > 0)
            {
                speaker = Name(tag[space..].ToString());
            }
            i = close;
        }
        var said = TranscriptFile.OneLine(WebUtility.HtmlDecode(text.ToString()));
        if (speaker is null && said.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 and <= LongestSpeaker && LooksLikeName(said.AsSpan(0, colon)))
        {
            speaker = Name(said[..colon]);
            said = said[(colon + 2)..].TrimStart();
        }
        return (speaker, said);
    }

    private static string? Name(string text)
    {
        var name = TranscriptFile.OneLine(WebUtility.HtmlDecode(text));
        return name.Length is 0 or > LongestSpeaker ? null : name;
    }

    // "Ada Lovelace: …", not "there is one thing: …": each word begins with a capital, a digit or a bracket.
    private static bool LooksLikeName(ReadOnlySpan<char> text)
    {
        var words = 0;
        foreach (var range in text.Split(' '))
        {
            var word = text[range];
            if (word.Length == 0 || ++words > 5 || !(char.IsUpper(word[0]) || char.IsAsciiDigit(word[0]) || word[0] == '(' || char.GetUnicodeCategory(word[0]) == System.Globalization.UnicodeCategory.OtherLetter)) return false;
        }
        return true;
    }

    private ref struct LineReader(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private bool _ended;

        public int Number { get; private set; }

        // CR, LF and CR LF end a line (WebVTT section 6.1).
        public bool TryRead(out ReadOnlySpan<char> line)
        {
            line = default;
            if (_ended) return false;
            Number++;
            var end = _rest.IndexOfAny('\r', '\n');
            if (end < 0)
            {
                line = _rest;
                _ended = true;
                return true;
            }
            line = _rest[..end];
            _rest = _rest[(end + (_rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n' ? 2 : 1))..];
            return true;
        }
    }
}
