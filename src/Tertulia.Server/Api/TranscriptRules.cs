using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tertulia.Contracts.Rest;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>What may stand in the lines of a transcript that comes from outside.</summary>
internal static class TranscriptRules
{
    public const int ImportBytes = 4 * 1024 * 1024;
    public const int MostLines = 20_000;
    public const int TextLength = 4000;
    public const int SegmentIdLength = 64;
    public const string UnknownSpeaker = "Speaker";
    private const int SearchLength = 200;
    private const string Fallback = "en";

    private static readonly TimeSpan s_longestMeeting = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_ahead = TimeSpan.FromDays(1);
    private static readonly SearchValues<char> s_idCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Lines as they will be stored. Throws a problem that names the line and its field.</summary>
    public static IReadOnlyList<TranscriptRecord> Lines(MeetingRecord meeting, ImportTranscriptRequest request, DateTimeOffset now)
    {
        var lines = request.Lines ?? [];
        if (lines.Count is 0 or > MostLines) throw ApiProblem.InvalidField("lines", $"Must have 1 to {MostLines} lines.");
        var beginning = request.StartedAt?.ToUniversalTime() ?? meeting.StartedAt ?? meeting.CreatedAt;
        if (beginning > now + s_ahead || beginning.Year < 1970) throw ApiProblem.InvalidField("startedAt", "Must be a time from 1970 until now.");
        var language = Language(request.Language, "language") ?? meeting.Settings.Transcription?.Language ?? Fallback;
        return [.. lines.Select((line, index) => Line(meeting.Id, line, $"lines[{index.ToString(CultureInfo.InvariantCulture)}]", beginning, language))];
    }

    public static string Speaker(string? name, string field) => MeetingRules.SpeakerName(name, field);

    public static bool IsSegmentId(string id) => id.Length is >= 1 and <= SegmentIdLength && id.AsSpan().IndexOfAnyExcept(s_idCharacters) < 0;

    /// <summary>What to look for, or null.</summary>
    public static string? Search(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Length > SearchLength || text.Any(char.IsControl)) throw ApiProblem.InvalidField("q", $"Must have at most {SearchLength} characters and no control characters.");
        return text;
    }

    private static TranscriptRecord Line(string meetingId, ImportedLine line, string path, DateTimeOffset beginning, string language)
    {
        var speaker = Speaker(line.Speaker, $"{path}.speaker");
        var start = Offset(line.Start, $"{path}.start");
        var end = Offset(line.End ?? line.Start, $"{path}.end");
        if (end < start) throw ApiProblem.InvalidField($"{path}.end", "Must not be before start.");
        var text = Text(line.Text, $"{path}.text");
        if (line.Confidence is < 0 or > 1 or double.NaN) throw ApiProblem.InvalidField($"{path}.confidence", "Must be from 0 to 1.");
        if (line.SegmentId is { } id && !IsSegmentId(id))
        {
            throw ApiProblem.InvalidField($"{path}.segmentId", $"Must be 1 to {SegmentIdLength} letters, digits, dots, colons, hyphens or underscores.");
        }
        if (line.PeerId is { } peer && !IsSegmentId(peer)) throw ApiProblem.InvalidField($"{path}.peerId", "Must be a peer id.");
        return new(
            meetingId, line.SegmentId ?? IdOf(speaker, start, end, text), line.PeerId, speaker, start, end, beginning.AddSeconds(start), text,
            line.Confidence, Language(line.Language, $"{path}.language") ?? language);
    }

    private static double Offset(double? seconds, string field) =>
        seconds is { } value && value >= 0 && value <= s_longestMeeting.TotalSeconds
            ? Math.Round(value, 3)
            : throw ApiProblem.InvalidField(field, "Must be seconds since the meeting's start, 0 or more.");

    private static string Text(string? text, string field)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length is 0 or > TextLength) throw ApiProblem.InvalidField(field, $"Must have 1 to {TextLength} characters.");
        return line.Any(char.IsControl) ? throw ApiProblem.InvalidField(field, "Must not contain control characters.") : line;
    }

    private static string? Language(string? tag, string field) =>
        tag is null || MeetingRules.IsLanguageTag(tag) ? tag : throw ApiProblem.InvalidField(field, "Must be a language tag such as en or pt-BR.");

    // The same line imported twice is one line.
    private static string IdOf(string speaker, double start, double end, string text) =>
        "imp_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{start:0.000}|{end:0.000}|{speaker}|{text}"))))[..20];
}
