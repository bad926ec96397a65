using System.Text.Json;

namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>An endpoint's answer, in the forms <c>json</c> (text alone) and <c>verbose_json</c>. Unknown and odd fields are passed over.</summary>
internal sealed record Transcription(string Text, string Language, IReadOnlyList<TranscribedSegment> Segments, IReadOnlyList<RecognizedWord> Words)
{
    public static bool TryParse(ReadOnlyMemory<byte> body, out Transcription transcription)
    {
        transcription = null!;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || StringOf(root, "text") is not { } text) return false;
            transcription = new(text.Trim(), WhisperLanguages.Tag(StringOf(root, "language") ?? string.Empty),
                [.. Items(root, "segments").Select(Segment)], [.. Items(root, "words").Select(Word)]);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // the second where a text has bytes or escapes that are no characters: JsonElement finds that out when it is read
        }
    }

    private static TranscribedSegment Segment(JsonElement item) => new(
        (StringOf(item, "text") ?? string.Empty).Trim(), Number(item, "start") ?? 0, Number(item, "end") ?? 0,
        Number(item, "avg_logprob"), Number(item, "no_speech_prob"), Number(item, "compression_ratio"));

    private static RecognizedWord Word(JsonElement item) => new(
        (StringOf(item, "word") ?? string.Empty).Trim(), Seconds(Number(item, "start")), Seconds(Number(item, "end")),
        Math.Clamp(Number(item, "probability") ?? Number(item, "score") ?? double.NaN, 0, 1));

    private static IEnumerable<JsonElement> Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static string? StringOf(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : null;

    private static TimeSpan Seconds(double? value) => TimeSpan.FromSeconds(Math.Clamp(value ?? 0, 0, 3600));
}

/// <param name="AverageLogProbability">Of its tokens, natural logarithm.</param>
internal sealed record TranscribedSegment(
    string Text, double Start, double End, double? AverageLogProbability, double? NoSpeechProbability, double? CompressionRatio);
