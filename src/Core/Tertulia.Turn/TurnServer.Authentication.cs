using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Turn;

/// <summary>Who asks: the long-term credentials of RFC 8489 section 9.2, with SHA-256 for clients that know it and MD5 for all others.</summary>
public sealed partial class TurnServer
{
    // PASSWORD-ALGORITHMS: SHA-256 before MD5, neither with parameters.
    private static ReadOnlySpan<byte> PasswordAlgorithms => [0, (byte)PasswordAlgorithm.Sha256, 0, 0, 0, (byte)PasswordAlgorithm.Md5, 0, 0];

    private bool TryAuthenticate(Instant now, in TurnReply reply, TurnAllocation? allocation, out TurnUser user)
    {
        user = default;
        ref readonly var request = ref reply.Request;
        if (!request.HasIntegrity && !request.HasIntegritySha256) return Challenge(now, reply, StunErrorCode.Unauthenticated);
        if (!TryGetUsername(request, out var username) || !request.TryGetAttribute(StunAttributeType.Realm, out _)
            || !request.TryGetAttribute(StunAttributeType.Nonce, out var nonce)
            || !TryGetAlgorithm(request, out var algorithm)) return Challenge(now, reply, StunErrorCode.BadRequest);
        if (_nonces.Check(now, reply.Path.Remote, nonce) != NonceState.Fresh) return Challenge(now, reply, StunErrorCode.StaleNonce);
        var isOwner = allocation is not null && username.SequenceEqual(allocation.Username);
        if (isOwner && algorithm == allocation!.Algorithm) user = new(allocation.Username, algorithm, allocation.Key, allocation.UserId, allocation.Issued);
        else if (TurnCredentials.TryRead(username, out var expiry, out var id))
            user = new(username.ToArray(), algorithm, _options.Credentials.Key(username, algorithm), id, expiry - (long)TurnCredentials.Lifetime.TotalSeconds);
        else return Challenge(now, reply, StunErrorCode.Unauthenticated);
        if (!Verify(request, user.Key)) return Challenge(now, reply, StunErrorCode.Unauthenticated);
        if (allocation is null || isOwner) return true;

        // RFC 8656 section 5: all requests of an allocation come from whoever made it.
        reply.WithKey(user.Key).Refuse(StunErrorCode.WrongCredentials);
        return false;
    }

    private static bool Verify(in StunMessage request, byte[] key) => request.HasIntegritySha256 ? request.VerifyIntegritySha256(key) : request.VerifyIntegrity(key);

    /// <summary>False if there is none; one that nobody knows is empty.</summary>
    private bool TryGetUsername(in StunMessage request, out ReadOnlySpan<byte> username)
    {
        username = request.Username;
        if (!username.IsEmpty) return true;
        if (!request.TryGetAttribute(StunAttributeType.Userhash, out var userhash)) return false;
        username = _options.Admission.FindUsername(userhash);
        return true;
    }

    // Whoever names an algorithm shows the list that it chose from: had somebody on the way shortened it, it would differ (section 9.2.4).
    private static bool TryGetAlgorithm(in StunMessage request, out PasswordAlgorithm algorithm)
    {
        algorithm = PasswordAlgorithm.Md5;
        var hasChoice = request.TryGetAttribute(StunAttributeType.PasswordAlgorithm, out var choice);
        var hasList = request.TryGetAttribute(StunAttributeType.PasswordAlgorithms, out var list);
        if (!hasChoice && !hasList) return true;
        if (!hasChoice || !hasList || choice.Length != 4 || !list.SequenceEqual(PasswordAlgorithms)) return false;
        algorithm = (PasswordAlgorithm)BinaryPrimitives.ReadUInt16BigEndian(choice);
        return algorithm is PasswordAlgorithm.Md5 or PasswordAlgorithm.Sha256 && BinaryPrimitives.ReadUInt16BigEndian(choice[2..]) == 0;
    }

    // An address that has proved nothing gets little, and seldom: a stream's address is proved by its handshake.
    private bool Challenge(Instant now, in TurnReply reply, int error)
    {
        Statistics.Errors++;
        if (reply.Path.Remote.Carrier == 0 && !_challenges.Allows(now, reply.Path.Remote)) return Drop(TurnDropReason.RateLimited);
        if (error == StunErrorCode.BadRequest)
        {
            reply.Refuse(error);
            return false;
        }

        Span<byte> nonce = stackalloc byte[TurnNonces.Size];
        _nonces.Write(now, reply.Path.Remote, nonce);
        var answer = reply.Begin(StunClass.Error);
        answer.AddErrorCode(error);
        answer.AddText(StunAttributeType.Realm, _options.Credentials.Realm);
        answer.AddAttribute(StunAttributeType.Nonce, nonce);
        answer.AddAttribute(StunAttributeType.PasswordAlgorithms, PasswordAlgorithms);
        reply.End(ref answer);
        return false;
    }

    /// <summary>Whose request it is.</summary>
    private readonly record struct TurnUser(byte[] Name, PasswordAlgorithm Algorithm, byte[] Key, string Id, long Issued);
}
