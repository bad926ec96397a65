using System.Security.Cryptography;
using Tertulia.Speech.Engines;

namespace Tertulia.Speech.Captions;

/// <summary>The states of one caption, from the first words to the final text.</summary>
internal sealed class CaptionLine(string peerId, string language, DateTimeOffset startedAt, Func<Caption, Task> publish)
{
    private readonly string _segmentId = "seg_" + RandomNumberGenerator.GetHexString(16, lowercase: true);
    private long _lengthTicks;
    private bool _isShown;

    /// <summary>More audio belongs to it. From another thread than the results.</summary>
    public void Grow(TimeSpan duration) => Interlocked.Add(ref _lengthTicks, duration.Ticks);

    /// <summary>Completes when whoever takes captions has taken this one.</summary>
    public Task OnResult(UtteranceResult result) => result.Outcome switch
    {
        UtteranceOutcome.Interim => Show(result, isFinal: false),
        UtteranceOutcome.Final => Show(result, isFinal: true),
        _ => _isShown ? Show(UtteranceResult.Nothing, isFinal: true) : Task.CompletedTask,
    };

    private Task Show(UtteranceResult result, bool isFinal)
    {
        _isShown = true;
        var (start, end) = Span(result);
        return publish(new(_segmentId, peerId, result.Text, isFinal, result.Confidence, result.Language.Length > 0 ? result.Language : language, start, end));
    }

    /// <summary>From the first word to the last, where the engine tells; else the utterance with its margins.</summary>
    private (DateTimeOffset Start, DateTimeOffset End) Span(UtteranceResult result) => result.Words.Count > 0
        ? (startedAt + result.Words[0].Start, startedAt + result.Words[^1].End)
        : (startedAt, startedAt + new TimeSpan(Interlocked.Read(ref _lengthTicks)));
}
