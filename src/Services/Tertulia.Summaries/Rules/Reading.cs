using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>A transcript cut into sentences, with what the rules ask of it again and again.</summary>
internal sealed class Reading
{
    private readonly ILookup<int, Sentence> _byLine;

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

    public Quote Quote(Sentence sentence) => new(Transcript.Lines[sentence.Line].SegmentId, sentence.Text);
}
