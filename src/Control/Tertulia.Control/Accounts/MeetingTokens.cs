using Tertulia.Control.Accounts.Tokens;
using Tertulia.Storage;

namespace Tertulia.Control.Accounts;

public enum MeetingTokenError
{
    None,

    /// <summary>Forged, damaged, or signed by somebody else.</summary>
    Invalid,
    Expired,
}

/// <param name="Claims">Set exactly if <see cref="Error"/> is <see cref="MeetingTokenError.None"/>.</param>
public readonly record struct MeetingTokenResult(MeetingTokenClaims? Claims, MeetingTokenError Error);

/// <summary>Issues and verifies the tokens that open <c>/ws/signaling</c>: JWTs signed with Ed25519.</summary>
public sealed class MeetingTokens
{
    /// <summary>How long a fresh token opens a connection.</summary>
    public static readonly TimeSpan JoinLifetime = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time;

    /// <summary>With a key of its own: its tokens do not outlive it.</summary>
    public MeetingTokens(TimeProvider time) : this([Ed25519Key.Generate()], time)
    {
    }

    /// <param name="keys">The first signs, all verify.</param>
    /// <param name="time">The clock that expiry is measured by.</param>
    public MeetingTokens(IReadOnlyList<Ed25519Key> keys, TimeProvider time)
    {
        Keys = keys;
        _time = time;
    }

    /// <summary>For the key set that is published; only public halves leave the server.</summary>
    public IReadOnlyList<Ed25519Key> Keys { get; }

    /// <summary>With the deployment's keys, the first of which is made at the first start. So tokens stay good across restarts.</summary>
    public static async Task<MeetingTokens> LoadAsync(SigningKeyStore store, TimeProvider time, CancellationToken cancellation = default)
    {
        var stored = await store.ListAsync(cancellation);
        if (stored.Count == 0)
        {
            using var key = Ed25519Key.Generate();
            var record = new SigningKeyRecord(key.KeyId, "Ed25519", Convert.ToBase64String(key.ExportSeed()), time.GetUtcNow());
            await store.InsertAsync(record, cancellation);
            stored = await store.ListAsync(cancellation);
        }
        return new MeetingTokens([.. stored.Select(key => Ed25519Key.FromSeed(Convert.FromBase64String(key.PrivateKey)))], time);
    }

    public string Issue(MeetingTokenClaims claims) =>
        JsonWebToken.Create(Keys[0], MeetingTokenPayload.Of(claims, _time.GetUtcNow()), CompactJson.MeetingToken.MeetingTokenPayload);

    public MeetingTokenResult Verify(string token)
    {
        if (JsonWebToken.TryVerify(token, Keys, _time.GetUtcNow(), MeetingTokenJson.Default.MeetingTokenPayload, out var payload, out var error))
        {
            return new(payload.ToClaims(), MeetingTokenError.None);
        }
        return new(null, error == TokenError.Expired ? MeetingTokenError.Expired : MeetingTokenError.Invalid);
    }
}
