using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// Reads session descriptions. What matters for negotiation must be right; anything else that is unknown or malformed is
/// kept as text or passed over, as RFC 8866 section 5.13 asks for attributes.
/// </summary>
public static class SdpParser
{
    /// <param name="text">Any text at all; at most <see cref="SdpLimits.MaxLength"/> characters.</param>
    /// <param name="session">The description; null on failure.</param>
    /// <param name="error">Why it failed; default on success.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SessionDescription? session, out SdpError error)
    {
        session = null;
        if (text is null || text.Length > SdpLimits.MaxLength)
        {
            error = text is null
                ? SdpError.Of(SdpErrorCode.NotSdp, "There is no description.")
                : SdpError.Of(SdpErrorCode.TooLarge, $"A description has at most {SdpLimits.MaxLength} characters.");
            return false;
        }

        var builder = new SessionBuilder();
        var lines = new SdpLineReader(text);
        var first = true;
        while (lines.MoveNext())
        {
            if (first && lines.Current is not "v=0")
            {
                error = SdpError.Of(SdpErrorCode.NotSdp, "A description begins with v=0.", lines.Number);
                return false;
            }

            first = false;
            if (lines.Number > SdpLimits.MaxLines)
            {
                error = SdpError.Of(SdpErrorCode.TooLarge, $"A description has at most {SdpLimits.MaxLines} lines.", lines.Number);
                return false;
            }

            if (!TryParseLine(builder, lines.Current, lines.Number, out error)) return false;
        }

        if (first)
        {
            error = SdpError.Of(SdpErrorCode.NotSdp, "The description is empty.");
            return false;
        }

        return builder.TryBuild(out session, out error);
    }

    private static bool TryParseLine(SessionBuilder builder, ReadOnlySpan<char> line, int number, out SdpError error)
    {
        error = default;
        if (line.Length < 2 || line[1] != '=' || !char.IsAsciiLetterLower(line[0]))
        {
            error = SdpError.Of(SdpErrorCode.MalformedLine, "A line is a lower-case letter, an equals sign and a value.", number);
            return false;
        }

        var value = line[2..].Trim();
        switch (line[0])
        {
            case 'm':
                return TryBeginSection(builder, value, number, out error);
            case 'a':
                var colon = value.IndexOf(':');
                var name = colon < 0 ? value : value[..colon].TrimEnd();
                var argument = colon < 0 ? default : value[(colon + 1)..].TrimStart();
                return builder.TryApplyAttribute(name, argument, hasArgument: colon >= 0, number, out error);
            case 'o':
                builder.Origin = ParseOrigin(value) ?? builder.Origin;
                return true;
            case 's' when builder.Current is null:
                builder.Name = value.IsEmpty ? "-" : value.ToString();
                return true;
            case 'b':
                ParseBandwidth(builder, value);
                return true;
            default:
                return true;
        }
    }

    private static bool TryBeginSection(SessionBuilder builder, ReadOnlySpan<char> value, int number, out SdpError error)
    {
        if (builder.SectionCount == SdpLimits.MaxSections)
        {
            error = SdpError.Of(SdpErrorCode.TooLarge, $"A description has at most {SdpLimits.MaxSections} media sections.", number);
            return false;
        }

        var media = SdpWords.Next(ref value);
        var portText = SdpWords.Next(ref value);
        var protocol = SdpWords.Next(ref value);
        // "m=audio 49170/2 …": the number of ports plays no role in RTP over one bundled flow.
        var slash = portText.IndexOf('/');
        if (slash >= 0) portText = portText[..slash];
        if (!SdpWords.IsToken(media) || protocol.IsEmpty || value.IsEmpty
            || !ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            error = SdpError.Of(SdpErrorCode.MalformedMediaLine, "A media line names media, port, protocol and formats.", number);
            return false;
        }

        var formats = new List<string>();
        while (!value.IsEmpty)
        {
            if (formats.Count == SdpLimits.MaxFormats)
            {
                error = SdpError.Of(SdpErrorCode.TooLarge, $"A media line has at most {SdpLimits.MaxFormats} formats.", number);
                return false;
            }

            formats.Add(SdpWords.Next(ref value).ToString());
        }

        builder.BeginSection(new(media.ToString(), port, protocol.ToString(), formats));
        error = default;
        return true;
    }

    private static SessionOrigin? ParseOrigin(ReadOnlySpan<char> value)
    {
        var username = SdpWords.Next(ref value);
        var sessionId = SdpWords.Next(ref value);
        // Versions are meant to grow; one that is no number (RFC 8866 allows any digits) is as good as 0.
        _ = ulong.TryParse(SdpWords.Next(ref value), NumberStyles.None, CultureInfo.InvariantCulture, out var version);
        return value.IsEmpty ? null : new(username.ToString(), sessionId.ToString(), version, value.ToString());
    }

    private static void ParseBandwidth(SessionBuilder builder, ReadOnlySpan<char> value)
    {
        var colon = value.IndexOf(':');
        if (builder.Current is not { } section || colon <= 0) return;
        if (!long.TryParse(value[(colon + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return;
        if (section.Bandwidth.Count < SdpLimits.MaxRids) section.Bandwidth.Add(new(value[..colon].Trim().ToString(), amount));
    }
}
