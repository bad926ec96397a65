namespace Tertulia.Summaries;

/// <summary>Makes summaries. Whatever it claims goes through <see cref="EvidenceVerifier"/> afterwards.</summary>
public interface ISummaryEngine
{
    /// <summary>As users see it.</summary>
    string Name { get; }

    /// <exception cref="SummaryEngineException">It could not be made; another engine may.</exception>
    Task<SummaryDraft> SummarizeAsync(MeetingTranscript transcript, CancellationToken cancellation = default);
}

/// <summary>An engine failed; the message is for the operator's log.</summary>
public sealed class SummaryEngineException(string message, Exception? inner = null) : Exception(message, inner);
