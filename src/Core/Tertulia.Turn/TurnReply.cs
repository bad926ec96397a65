using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Turn;

/// <summary>The answer to one request: same way back, same transaction, signed and with a fingerprint as the request was.</summary>
internal ref struct TurnReply(NetworkPath path, StunMessage request, DatagramBatch outbox)
{
    private readonly DatagramBatch _outbox = outbox;

    public readonly NetworkPath Path = path;

    public readonly StunMessage Request = request;

    /// <summary>Empty while the sender is not proved.</summary>
    public ReadOnlySpan<byte> Key;

    public readonly TurnReply WithKey(byte[] key) => this with { Key = key };

    public readonly StunWriter Begin(StunClass result)
    {
        var path = Path;
        return new(_outbox.Reserve(path), result, Request.Method, Request.TransactionId);
    }

    public readonly void End(ref StunWriter answer)
    {
        if (!Key.IsEmpty && Request.HasIntegritySha256) answer.AddMessageIntegritySha256(Key);
        else if (!Key.IsEmpty) answer.AddMessageIntegrity(Key);
        if (Request.HasFingerprint) answer.AddFingerprint();
        _outbox.Commit(answer.Length);
    }

    public readonly void Succeed()
    {
        var answer = Begin(StunClass.Success);
        End(ref answer);
    }

    public readonly void Refuse(int error)
    {
        var answer = Begin(StunClass.Error);
        answer.AddErrorCode(error);
        End(ref answer);
    }
}
