using System.Text;
using System.Text.Json;
using Tertulia.Speech.Engines.Endpoint;
using Tertulia.Summaries;
using Tertulia.Summaries.Chat;

namespace Tertulia.Fuzz;

/// <summary>What endpoints that others run answer: transcriptions, and summaries by language models.</summary>
internal static class AnswerTargets
{
    private static readonly SpokenLine[] s_lines = [new("s0", "Ada", 0, 1, "Who writes the report?"), new("s1", "Ben", 1, 2, "I'll write it by Friday.")];
    private static readonly MeetingTranscript s_transcript = new(s_lines, ["Ada", "Ben"], new DateOnly(2026, 3, 2), "en");

    public static IReadOnlyList<Target> All() =>
    [
        new("transcriptions", Transcriptions, () => Transcribe, 8 * 1024),
        new("chat-answers", ChatAnswersOfModels, () => Answer, 8 * 1024),
    ];

    private static IReadOnlyList<byte[]> Transcriptions() => Texts(
        """{"text":" Guten Morgen. \ud83d\ude00","language":"german","duration":2.0,"segments":[{"start":0.1,"end":1.2,"text":" Guten Morgen.","avg_logprob":-0.2,"no_speech_prob":0.01,"compression_ratio":0.8}],"words":[{"word":"Guten","start":0.1,"end":0.5,"probability":0.9},{"word":"Morgen.","start":0.6,"end":1.2}]}""",
        """{"text":"the end of the end of the end of the end of"}""",
        """{"text":"","segments":[],"words":[]}""");

    private static IReadOnlyList<byte[]> ChatAnswersOfModels() => Texts(
        """{"keyPoints":[{"text":"The report \u00e9","evidence":[{"line":0,"quote":"Who writes the report?"}]}],"decisions":[],"actionItems":[{"task":"Write the report","assignee":"Ben","dueDate":"2026-03-06","dueText":"by Friday","evidence":[{"line":1,"quote":"I'll write it by Friday."},{"line":0,"quote":"the report"}]}]}""",
        """{"keyPoints":[0,1],"decisions":[],"actionItems":[2]}""");

    private static void Transcribe(Span<byte> input)
    {
        if (!Transcription.TryParse(input.ToArray(), out var transcription)) return;
        InventedText.IsRepetition(transcription.Text);
        foreach (var segment in transcription.Segments) InventedText.IsInvented(segment);
        foreach (var word in transcription.Words) _ = word.End - word.Start;
    }

    private static void Answer(Span<byte> input)
    {
        JsonDocument answer;
        try
        {
            answer = JsonDocument.Parse(input.ToArray());
        }
        catch (JsonException)
        {
            return; // refused before anybody looks at it
        }

        using (answer)
        {
            if (answer.RootElement.ValueKind != JsonValueKind.Object) return;
            EvidenceVerifier.Verify(s_transcript, ChatAnswers.Read(answer.RootElement, s_lines));
            ChatAnswers.Chosen(answer.RootElement, "keyPoints", s_lines);
        }
    }

    private static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
