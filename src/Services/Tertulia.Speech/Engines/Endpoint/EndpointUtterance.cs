using System.Runtime.InteropServices;
using Tertulia.Speech.Voice;

namespace Tertulia.Speech.Engines.Endpoint;

/// <summary>Collects one utterance and asks the endpoint about it.</summary>
internal sealed class EndpointUtterance(TranscriptionEndpointEngine engine, string language, Action<UtteranceResult> onResult) : IUtterance
{
    // What an engine says that tells no probabilities: right more often than not, as far as we know.
    private const double UnknownConfidence = 0.5;

    private readonly Lock _lock = new();
    private readonly List<short> _samples = [];
    private int _askedAt;
    private bool _isAsking;
    private bool _isOver;
    private Task _interim = Task.CompletedTask;

    public void Append(ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            if (_isOver) return;
            _samples.AddRange(samples);
            if (engine.InterimEvery <= TimeSpan.Zero || _isAsking) return;
            if (SpeechAudio.Duration(_samples.Count - _askedAt) < engine.InterimEvery || !engine.TryEnter()) return;
            _isAsking = true;
            _askedAt = _samples.Count;
            var soFar = Copy();
            _interim = Task.Run(() => AskInterimAsync(soFar));
        }
    }

    public void End()
    {
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
            var all = Copy();
            _ = Task.Run(() => AskFinalAsync(all));
        }
    }

    public void Abandon()
    {
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
            _ = Task.Run(async () =>
            {
                await _interim;
                onResult(UtteranceResult.Nothing);
            });
        }
    }

    private short[] Copy() => CollectionsMarshal.AsSpan(_samples).ToArray();

    private async Task AskInterimAsync(short[] samples)
    {
        try
        {
            var transcription = await engine.Client.TranscribeAsync(WaveFile.Write(samples), language, retry: false, engine.Stopping);
            var result = Judge(transcription, samples.Length);
            lock (_lock)
            {
                if (_isOver) return; // the final is on its way
            }

            if (result.Outcome == UtteranceOutcome.Final) onResult(result with { Outcome = UtteranceOutcome.Interim });
        }
        catch (Exception e) when (e is EndpointException or OperationCanceledException or ObjectDisposedException)
        {
            // The final request will tell.
        }
        finally
        {
            engine.Leave();
            lock (_lock) _isAsking = false;
        }
    }

    private async Task AskFinalAsync(short[] samples)
    {
        UtteranceResult result;
        try
        {
            await engine.EnterAsync();
            try
            {
                result = Judge(await engine.Client.TranscribeAsync(WaveFile.Write(samples), language, retry: true, engine.Stopping), samples.Length);
            }
            finally
            {
                engine.Leave();
            }
        }
        catch (EndpointException e)
        {
            result = UtteranceResult.Failed(e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            result = UtteranceResult.Nothing; // the server stops
        }

        await _interim;
        onResult(result);
    }

    private UtteranceResult Judge(Transcription transcription, int samples)
    {
        var duration = SpeechAudio.Duration(samples);
        var believed = transcription.Segments.Where(segment => !InventedText.IsInvented(segment)).ToList();
        var text = transcription.Segments.Count == 0 ? transcription.Text
            : believed.Count == transcription.Segments.Count ? transcription.Text
            : string.Join(' ', believed.Select(segment => segment.Text));
        if (!text.Any(char.IsLetterOrDigit) || InventedText.IsRepetition(text) || InventedText.IsTooFast(text, duration)) return UtteranceResult.Nothing;
        var words = transcription.Words.Where(word => word.Text.Length > 0 && word.Start <= duration).ToList();
        var spoken = transcription.Language.Length > 0 ? transcription.Language : language == "auto" ? string.Empty : language;
        return new(UtteranceOutcome.Final, text, Confidence(believed, words), spoken, believed.Count == transcription.Segments.Count ? words : []);
    }

    private static double Confidence(IReadOnlyList<TranscribedSegment> segments, IReadOnlyList<RecognizedWord> words)
    {
        var known = words.Where(word => !double.IsNaN(word.Confidence)).ToList();
        if (known.Count > 0) return Math.Round(known.Average(word => word.Confidence), 2);
        var told = segments.Where(segment => segment.AverageLogProbability is not null).ToList();
        if (told.Count == 0) return UnknownConfidence;
        var length = told.Sum(Length);
        return Math.Round(Math.Clamp(told.Sum(segment => Math.Exp(segment.AverageLogProbability!.Value) * Length(segment)) / length, 0, 1), 2);

        static double Length(TranscribedSegment segment) => Math.Max(segment.End - segment.Start, 0.1);
    }
}
