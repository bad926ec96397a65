using System.Buffers.Text;
using System.Security.Cryptography;
using Tertulia.Storage;

namespace Tertulia.Server.Broadcasts;

/// <summary>
/// Addresses of broadcasts: one for each meeting, known before anything is on air, telling viewers nothing about the meeting, whose own id would let
/// them in. The meeting's id and zeros, encrypted as one block of AES: nobody can make one without the key, and nothing has to be stored.
/// </summary>
internal sealed class BroadcastIds : IDisposable
{
    private const string MeetingPrefix = "mtg_", Prefix = "brd_";
    private const int BlockLength = 16, IdLength = 6;

    private readonly Aes _cipher = Aes.Create();

    private BroadcastIds(byte[] key) => _cipher.Key = key;

    public static async Task<BroadcastIds> LoadAsync(SecretStore secrets, TimeProvider time, CancellationToken cancellation = default)
    {
        var fresh = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        return new(Convert.FromHexString(await secrets.EnsureAsync("broadcast-ids", fresh, time.GetUtcNow(), cancellation)));
    }

    public string Of(string meetingId)
    {
        var block = new byte[BlockLength];
        Convert.FromHexString(meetingId.AsSpan(MeetingPrefix.Length), block, out _, out _);
        lock (_cipher) return Prefix + Base64Url.EncodeToString(_cipher.EncryptEcb(block, PaddingMode.None));
    }

    /// <summary>Null for what is no address of ours: 80 bits have to be right.</summary>
    public string? MeetingOf(string id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal) || id.Length > Prefix.Length + 22) return null;
        var block = new byte[BlockLength];
        try
        {
            if (!Base64Url.TryDecodeFromChars(id.AsSpan(Prefix.Length), block, out var length) || length != BlockLength) return null;
        }
        catch (FormatException)
        {
            return null;
        }

        byte[] plain;
        lock (_cipher) plain = _cipher.DecryptEcb(block, PaddingMode.None);
        return plain.AsSpan(IdLength).IndexOfAnyExcept((byte)0) < 0 ? MeetingPrefix + Convert.ToHexStringLower(plain.AsSpan(0, IdLength)) : null;
    }

    public void Dispose() => _cipher.Dispose();
}
