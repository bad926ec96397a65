using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>A transcript cut into sentences, with what the rules ask of it again and again.</summary>
internal sealed class Reading
{
    private readonly ILookup<int, Sentence> _byLine;
    private readonly Dictionary<Sentence, IReadOnlyList<Promise>> _promises = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Sentence, Request?> _requests = new(ReferenceEqualityComparer.Instance);

    public Reading(MeetingTranscript transcript)
    {
        Transcript = transcript;
        Roster = new Roster(transcript.Participants);
        Sentences = SentenceSplitter.Split(transcript.Lines);
        _byLine = Sentences.ToLookup(sentence => sentence.Line);
    }

    public MeetingTranscript Transcript { get; }

    public Roster Roster { get; }

    public IReadOnlyList<Sentence> Sentences { get; }

    public IEnumerable<Sentence> Of(int line) => _byLine[line];

    public string SpeakerOf(int line) => Transcript.Lines[line].Speaker;

    /// <summary>The lines that follow, at most so many.</summary>
    public IEnumerable<int> After(int line, int count) => Enumerable.Range(line + 1, Math.Max(0, Math.Min(count, Transcript.Lines.Count - line - 1)));

    /// <summary>The lines before, the nearest first.</summary>
    public IEnumerable<int> Before(int line, int count) => Enumerable.Range(1, Math.Min(count, line)).Select(back => line - back);

    public IEnumerable<Sentence> LaterInLine(Sentence sentence) => Of(sentence.Line).SkipWhile(other => other != sentence).Skip(1);

    public IEnumerable<Sentence> EarlierInLine(Sentence sentence) => Of(sentence.Line).TakeWhile(other => other != sentence).Reverse();

    /// <summary>What the speaker promises in it.</summary>
    public IReadOnlyList<Promise> PromisesIn(Sentence sentence)
    {
        if (!_promises.TryGetValue(sentence, out var found)) _promises[sentence] = found = [.. Promises.In(sentence)];
        return found;
    }

    /// <summary>What the speaker asks of somebody in it, or null.</summary>
    public Request? RequestIn(Sentence sentence)
    {
        if (!_requests.TryGetValue(sentence, out var found)) _requests[sentence] = found = Requests.In(sentence, Roster);
        return found;
    }

    public Quote Quote(Sentence sentence) => new(Transcript.Lines[sentence.Line].SegmentId, sentence.Text);
}
