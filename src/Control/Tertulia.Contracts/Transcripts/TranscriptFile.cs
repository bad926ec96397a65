using System.Globalization;
using System.Text;

namespace Tertulia.Contracts.Transcripts;

/// <summary>Writes transcripts as WebVTT, SubRip and plain text. Whatever people said, it stays text: no cue can end early or become markup.</summary>
public static class TranscriptFile
{
    public const string WebVttType = "text/vtt";
    public const string SubRipType = "application/x-subrip";
    public const string PlainTextType = "text/plain";

    // A cue must last (WebVTT section 4.1: the end time is greater than the start time).
    private const long ShortestCue = 1;

    /// <summary>WebVTT with a voice span for every line; without lines a valid file of no cues.</summary>
    public static string ToWebVtt(IEnumerable<TranscriptCue> cues)
    {
        var text = new StringBuilder("WEBVTT\n");
        foreach (var cue in cues)
        {
            text.Append('\n');
            if (cue.Id is { Length: > 0 } id) text.Append(OneLine(id).Replace("-->", "->", StringComparison.Ordinal)).Append('\n');
            AppendTimes(text, cue, '.');
            if (cue.Speaker is { } speaker && Escaped(speaker) is { Length: > 0 } name) text.Append("<v ").Append(name).Append('>');
            text.Append(Escaped(cue.Text)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>SubRip, the speaker before the text. The format has no escapes: only its own arrow is defused.</summary>
    public static string ToSubRip(IEnumerable<TranscriptCue> cues)
    {
        var text = new StringBuilder();
        var number = 0;
        foreach (var cue in cues)
        {
            if (number > 0) text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"{++number}\n");
            AppendTimes(text, cue, ',');
            text.Append(Named(cue).Replace("-->", "->", StringComparison.Ordinal)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A line each: <c>[0:01:23] Ada: what she said</c>.</summary>
    public static string ToPlainText(IEnumerable<TranscriptCue> cues)
    {
        var text = new StringBuilder();
        foreach (var cue in cues) text.Append(CultureInfo.InvariantCulture, $"[{Clock(cue.Start)}] {Named(cue)}\n");
        return text.ToString();
    }

    /// <summary>Hours, minutes and seconds for people: <c>0:01:23</c>.</summary>
    public static string Clock(double seconds)
    {
        var whole = Milliseconds(seconds) / 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}");
    }

    private static string Named(TranscriptCue cue) => OneLine(cue.Speaker is null ? cue.Text : $"{cue.Speaker}: {cue.Text}");

    private static void AppendTimes(StringBuilder text, TranscriptCue cue, char point)
    {
        var start = Milliseconds(cue.Start);
        AppendTime(text, start, point);
        text.Append(" --> ");
        AppendTime(text, Math.Max(start + ShortestCue, Milliseconds(cue.End)), point);
        text.Append('\n');
    }

    private static void AppendTime(StringBuilder text, long time, char point) => text.Append(
        CultureInfo.InvariantCulture, $"{time / 3_600_000:00}:{time / 60_000 % 60:00}:{time / 1000 % 60:00}{point}{time % 1000:000}");

    // Four digits of hours at most, as players take them.
    private static long Milliseconds(double seconds) =>
        double.IsNaN(seconds) ? 0 : (long)Math.Round(Math.Clamp(seconds, 0, 9999 * 3600.0) * 1000);

    // Escapes make "-->" impossible too, since its last character is one of them (WebVTT section 4.2.1).
    private static string Escaped(string text) => OneLine(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Runs of white space and control characters become one space: an empty line would end the cue.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        var gap = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                gap = line.Length > 0;
                continue;
            }
            if (gap) line.Append(' ');
            gap = false;
            line.Append(c);
        }
        return line.ToString();
    }
}
