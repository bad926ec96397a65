using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.MediaNode;

/// <summary>
/// The plain STUN server on a media port (RFC 8489 section 12): tells whoever asks without credentials its own address. Answers
/// are counted per source and in all, so that forged sources cannot make it a weapon.
/// </summary>
internal sealed class StunResponder
{
    /// <summary>A whole office behind one address joins at once.</summary>
    public const int AnswersPerSourceAndSecond = 100;

    public const int AnswersPerSecond = 2000;

    private readonly StunAnswerLimit _limit = new(AnswersPerSourceAndSecond, AnswersPerSecond);

    /// <summary>True if the datagram is for this server rather than for a connection: a Binding request without USERNAME.</summary>
    public static bool IsFor(in StunMessage message) =>
        message.Class == StunClass.Request && message.Username.IsEmpty && !message.HasIntegrity;

    /// <returns><see cref="MediaDropReason.None"/> if an answer was written.</returns>
    public MediaDropReason Answer(Instant now, in NetworkPath path, in StunMessage request, int requestSize, DatagramBatch outbox)
    {
        if (request.Method != StunMethod.Binding) return MediaDropReason.StunNotBinding;
        if (request.HasFingerprint && !request.VerifyFingerprint()) return MediaDropReason.StunMalformed;

        // Who talks over a stream is where it says it is: its answers hit nobody else.
        if (path.Remote.Carrier == 0 && !_limit.Allows(now, path.Remote)) return MediaDropReason.StunRateLimited;

        Span<StunAttributeType> unknown = stackalloc StunAttributeType[8];
        var unknownCount = request.CopyUnknownRequired(unknown);
        var isRefused = unknownCount > 0;
        var answer = new StunWriter(
            outbox.Reserve(path), isRefused ? StunClass.Error : StunClass.Success, StunMethod.Binding, request.TransactionId);
        if (isRefused)
        {
            answer.AddErrorCode(StunErrorCode.UnknownAttribute);
            answer.AddUnknownAttributes(unknown[..unknownCount]);
        }
        else answer.AddXorMappedAddress(path.Remote);

        if (request.HasFingerprint) answer.AddFingerprint();

        // The one answer that may be longer than its question is the address itself: 12 or 24 bytes.
        if (isRefused && answer.Length > requestSize) return MediaDropReason.StunMalformed;
        outbox.Commit(answer.Length);
        return MediaDropReason.None;
    }
}
