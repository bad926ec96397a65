using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tertulia.Summaries.Chat;

/// <summary>
/// Makes summaries by a chat model. What people said goes to it as JSON data and comes back as line numbers and quotes. A long meeting is read
/// in overlapping stages; then the model chooses among what they gave, by number, so that this last step can add nothing.
/// </summary>
public sealed class ChatEngine(HttpClient http, ChatOptions options, TimeProvider time) : ISummaryEngine
{
    private const int OverlappingLines = 12;

    // Readable for the model: letters of all languages as they are.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => $"chat:{options.Model}";

    public async Task<SummaryDraft> SummarizeAsync(MeetingTranscript transcript, CancellationToken cancellation = default)
    {
        var client = new ChatClient(http, options, time);
        var stages = Stages(transcript.Lines).ToList();
        var expected = stages.Sum(stage => Tokens.Estimate(DataOf(transcript, stage).Length + ChatPrompts.Extract.Length));
        if (expected > options.TokenBudget) throw new SummaryEngineException($"The meeting needs about {expected} tokens, the budget is {options.TokenBudget}");
        var drafts = new List<SummaryDraft>();
        foreach (var stage in stages)
        {
            if (client.TokensUsed > options.TokenBudget) throw new SummaryEngineException($"The budget of {options.TokenBudget} tokens is used up");
            var answer = await client.AskAsync(ChatPrompts.Extract, DataOf(transcript, stage), "minutes", ChatPrompts.ExtractSchema, cancellation);
            // Checked at once, so that nothing unproven is among what the next step chooses from.
            drafts.Add(EvidenceVerifier.Verify(transcript, ChatAnswers.Read(answer, stage)));
        }
        return drafts.Count == 1 ? drafts[0] : await ChooseAsync(client, drafts, cancellation);
    }

    private static async Task<SummaryDraft> ChooseAsync(ChatClient client, List<SummaryDraft> drafts, CancellationToken cancellation)
    {
        // The stages overlap: what two of them found by the same words is one.
        var points = drafts.SelectMany(draft => draft.KeyPoints).DistinctBy(Proof).ToList();
        var decisions = drafts.SelectMany(draft => draft.Decisions).DistinctBy(Proof).ToList();
        var actions = drafts.SelectMany(draft => draft.Actions).DistinctBy(action => (action.Assignee, string.Join('|', action.Evidence))).ToList();
        var data = new JsonObject
        {
            ["keyPoints"] = Numbered(points.Select(point => point.Text)),
            ["decisions"] = Numbered(decisions.Select(decision => decision.Text)),
            ["actionItems"] = Numbered(actions.Select(action => $"{action.Assignee ?? "?"}: {action.Task}")),
        };
        var answer = await client.AskAsync(ChatPrompts.Choose, data.ToJsonString(s_json), "choice", ChatPrompts.ChooseSchema, cancellation);
        return new(
            ChatAnswers.Chosen(answer, "keyPoints", points), ChatAnswers.Chosen(answer, "decisions", decisions), ChatAnswers.Chosen(answer, "actionItems", actions), []);
    }

    private static string Proof(DraftPoint point) => string.Join('|', point.Evidence);

    private static JsonArray Numbered(IEnumerable<string> texts) =>
        [.. texts.Select((text, index) => (JsonNode)new JsonObject { ["number"] = index, ["text"] = text })];

    private static string DataOf(MeetingTranscript transcript, IReadOnlyList<SpokenLine> lines) => new JsonObject
    {
        ["participants"] = new JsonArray([.. transcript.Participants.Select(name => (JsonNode)name)]),
        ["date"] = transcript.Date.ToString("yyyy-MM-dd (dddd)", CultureInfo.InvariantCulture),
        ["lines"] = new JsonArray([.. lines.Select((line, index) => (JsonNode)new JsonObject { ["line"] = index, ["speaker"] = line.Speaker, ["text"] = line.Text })]),
    }.ToJsonString(s_json);

    private IEnumerable<IReadOnlyList<SpokenLine>> Stages(IReadOnlyList<SpokenLine> lines)
    {
        for (var from = 0; from < lines.Count;)
        {
            var (to, tokens) = (from, 0);
            while (to < lines.Count && (to == from || tokens < options.StageTokens))
            {
                tokens += Tokens.Estimate(lines[to].Text.Length + lines[to].Speaker.Length + 36);
                to++;
            }
            yield return [.. lines.Skip(from).Take(to - from)];
            if (to >= lines.Count) yield break;
            from = Math.Max(from + 1, to - OverlappingLines);
        }
    }
}
