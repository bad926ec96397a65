using System.Globalization;
using System.Text;
using Tertulia.Recording.Log;

namespace Tertulia.Recording.Composition;

/// <summary>Chapters by who speaks, in ffmpeg's metadata format. Short interjections make none.</summary>
internal static class Chapters
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    public static string Write(Survey survey)
    {
        var text = new StringBuilder(";FFMETADATA1\n");
        if (survey.Beginning is { } began)
        {
            text.Append("title=").Append(Escape(began.Title)).Append('\n');
            text.Append("creation_time=").Append(began.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)).Append('\n');
        }

        foreach (var (from, until, name) in Turns(survey))
        {
            text.Append("[CHAPTER]\nTIMEBASE=1/1000\n");
            text.Append(CultureInfo.InvariantCulture, $"START={(long)from.TotalMilliseconds}\nEND={(long)until.TotalMilliseconds}\n");
            text.Append("title=").Append(Escape(name)).Append('\n');
        }

        return text.ToString();
    }

    internal static List<(TimeSpan From, TimeSpan Until, string Name)> Turns(Survey survey)
    {
        var turns = new List<(TimeSpan From, TimeSpan Until, string Name)>();
        var changes = survey.Facts.Where(one => one.Fact is RecordedFact.Speaking { PeerId: not null })
            .Select(one => (At: one.At - survey.Start, Peer: ((RecordedFact.Speaking)one.Fact).PeerId!)).ToList();
        for (var i = 0; i < changes.Count; i++)
        {
            var from = changes[i].At < TimeSpan.Zero ? TimeSpan.Zero : changes[i].At;
            var until = i + 1 < changes.Count ? changes[i + 1].At : survey.Duration;
            if (until - from < Shortest && turns.Count > 0)
            {
                turns[^1] = turns[^1] with { Until = until };
                continue;
            }

            var name = survey.Names.GetValueOrDefault(changes[i].Peer, changes[i].Peer);
            if (turns.Count > 0 && turns[^1].Name == name) turns[^1] = turns[^1] with { Until = until };
            else turns.Add((from, until, name));
        }

        // The first chapter begins with the recording, or players name none before it.
        if (turns.Count > 0) turns[0] = turns[0] with { From = TimeSpan.Zero };
        return turns;
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            if (c is '=' or ';' or '#' or '\\') escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
