using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Srtp;

/// <summary>
/// Master keys and salts of both directions, as DTLS exports them (RFC 5764 section 4.2): "local" protects what we send,
/// "remote" what we receive. Lengths are <see cref="SrtpProfileExtensions.MasterKeyLength"/> and
/// <see cref="SrtpProfileExtensions.MasterSaltLength"/>.
/// </summary>
public sealed record SrtpKeyingMaterial(SrtpProfile Profile, byte[] LocalKey, byte[] LocalSalt, byte[] RemoteKey, byte[] RemoteSalt)
{
    /// <summary>The same keys as the other end sees them.</summary>
    public SrtpKeyingMaterial Mirror() => new(Profile, RemoteKey, RemoteSalt, LocalKey, LocalSalt);

    /// <summary>Fresh keys for two peers that agree on them without DTLS, one of them using <see cref="Mirror"/>.</summary>
    public static SrtpKeyingMaterial Create(SrtpProfile profile, EntropySource entropy)
    {
        return new(profile, Next(profile.MasterKeyLength()), Next(profile.MasterSaltLength()),
            Next(profile.MasterKeyLength()), Next(profile.MasterSaltLength()));

        byte[] Next(int length)
        {
            var bytes = new byte[length];
            entropy.Fill(bytes);
            return bytes;
        }
    }

    /// <summary>Names the profile and no secret, so that logging it is harmless.</summary>
    public override string ToString() => $"SrtpKeyingMaterial({Profile})";
}
