using Tertulia.Rtc.Net;

namespace Tertulia.Rtc;

/// <summary>
/// The last datagrams of an audio stream as they left, to be sent once more behind the next ones: for receivers whose line loses some and
/// who take no redundant payloads (RFC 2198). They leave again byte by byte, since an SRTP packet index must not be used for other bytes
/// (RFC 3711 section 9.1, RFC 7714 section 8.1), and the same bytes tell nobody more than before. Where the first one came, the
/// receiver's replay protection drops the second (RFC 3711 section 3.3.2).
/// </summary>
public sealed class AudioEcho
{
    public const int MaxCopies = 2;

    // A voice at 32 kbit/s takes 80 bytes; larger ones are music at rates where copies cost more than they are worth.
    private const int MaxLength = 512;

    // Players have made up by then what is older: what went before a pause is not sent behind it.
    private static readonly TimeSpan MostAge = TimeSpan.FromMilliseconds(70);

    private readonly Entry[] _entries = new Entry[MaxCopies];
    private byte[]? _bytes;
    private int _newest;

    /// <summary>How often each datagram is sent once more, up to <see cref="MaxCopies"/>; 0 for not at all.</summary>
    public int Copies { get; set; }

    /// <summary>Datagrams that were sent once more.</summary>
    public long Sent { get; internal set; }

    /// <summary>The datagram that left that many before the next; false if there is none that is of use.</summary>
    internal bool TryGet(Instant now, int distance, out ReadOnlySpan<byte> datagram)
    {
        var slot = Slot(_newest + 1 - distance);
        ref readonly var entry = ref _entries[slot];
        datagram = default;
        if (entry.Length == 0 || now - entry.SentAt > MostAge) return false;
        datagram = _bytes.AsSpan(slot * MaxLength, entry.Length);
        return true;
    }

    internal void Store(Instant now, ReadOnlySpan<byte> datagram)
    {
        _newest = Slot(_newest + 1);
        _bytes ??= new byte[MaxCopies * MaxLength];
        var length = datagram.Length <= MaxLength ? datagram.Length : 0;
        datagram[..length].CopyTo(_bytes.AsSpan(_newest * MaxLength));
        _entries[_newest] = new Entry(now, length);
    }

    internal void Clear() => Array.Clear(_entries);

    private static int Slot(int number) => (number + MaxCopies) % MaxCopies;

    private readonly record struct Entry(Instant SentAt, int Length);
}
