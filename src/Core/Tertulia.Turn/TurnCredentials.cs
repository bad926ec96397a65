using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tertulia.Turn;

/// <summary>A user name and its password, good until the moment that the name itself tells.</summary>
public readonly record struct TurnCredential(string Username, string Password);

/// <summary>
/// Long-term credentials that need no table (the time-limited REST form, which coturn knows too): the user name is
/// <c>expiry:id</c>, the password the Base64 of its HMAC-SHA1 under a secret shared with whoever hands them out.
/// </summary>
public sealed class TurnCredentials
{
    /// <summary>How far ahead an expiry lies; issue time is told from it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int MaxUsername = 508; // RFC 8489 section 14.3
    private const int HashSize = HMACSHA1.HashSizeInBytes;

    private readonly byte[] _secret;
    private readonly byte[] _realm;

    public TurnCredentials(string secret, string realm)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        _realm = Encoding.UTF8.GetBytes(realm);
        Realm = realm;
    }

    public string Realm { get; }

    /// <param name="id">Whose they are; without a colon.</param>
    /// <param name="unixNow">Seconds since 1970.</param>
    public TurnCredential Issue(string id, long unixNow)
    {
        var username = string.Create(CultureInfo.InvariantCulture, $"{unixNow + (long)Lifetime.TotalSeconds}:{id}");
        return new(username, Convert.ToBase64String(HMACSHA1.HashData(_secret, Encoding.UTF8.GetBytes(username))));
    }

    /// <summary>Takes a user name apart. Says nothing about whether it was ever issued: only a message made with its key does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> username, out long expiry, out string id)
    {
        expiry = 0;
        id = "";
        if (username.Length > MaxUsername) return false;
        var colon = username.IndexOf((byte)':');
        if (colon is <= 0 or > 18 || !Utf8Parser.TryParse(username[..colon], out expiry, out var used) || used != colon || expiry < 0) return false;
        foreach (var value in username[(colon + 1)..])
        {
            if (value is < 0x21 or > 0x7e) return false; // ids are ours: visible ASCII
        }

        id = Encoding.ASCII.GetString(username[(colon + 1)..]);
        return true;
    }

    /// <summary>The key of a user name's messages: a hash over name, realm and password (RFC 8489 section 9.2.2).</summary>
    public byte[] Key(ReadOnlySpan<byte> username, PasswordAlgorithm algorithm = PasswordAlgorithm.Md5)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        HMACSHA1.HashData(_secret, username, hash);
        Span<byte> text = stackalloc byte[username.Length + _realm.Length + 2 + Base64.GetMaxEncodedToUtf8Length(HashSize)];
        var length = 0;
        Append(text, ref length, username);
        Append(text, ref length, ":"u8);
        Append(text, ref length, _realm);
        Append(text, ref length, ":"u8);
        Base64.EncodeToUtf8(hash, text[length..], out _, out var written);
        text = text[..(length + written)];
        return algorithm == PasswordAlgorithm.Sha256 ? SHA256.HashData(text) : MD5.HashData(text);
    }

    /// <summary>What stands for a user name that is not to be seen (RFC 8489 section 14.4).</summary>
    public byte[] Userhash(ReadOnlySpan<byte> username)
    {
        Span<byte> text = stackalloc byte[username.Length + 1 + _realm.Length];
        var length = 0;
        Append(text, ref length, username);
        Append(text, ref length, ":"u8);
        Append(text, ref length, _realm);
        return SHA256.HashData(text);
    }

    private static void Append(Span<byte> text, ref int length, ReadOnlySpan<byte> part)
    {
        part.CopyTo(text[length..]);
        length += part.Length;
    }
}

/// <summary>How a key is made of a password, by the numbers of RFC 8489 section 18.5.</summary>
public enum PasswordAlgorithm : ushort
{
    Md5 = 1,
    Sha256 = 2,
}

/// <summary>Says whether credentials that were rightly issued still count.</summary>
public abstract class TurnAdmission
{
    /// <param name="id">Whose they are.</param>
    /// <param name="issued">When they were handed out, in seconds since 1970.</param>
    /// <param name="now">The same for now.</param>
    public abstract bool Admits(string id, long issued, long now);

    /// <summary>The user name, as it was handed out, of that USERHASH; null if there is none.</summary>
    public virtual byte[]? FindUsername(ReadOnlySpan<byte> userhash) => null;
}
