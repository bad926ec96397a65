using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Stun;

/// <summary>
/// How often an address that has proved nothing gets an answer: so many a second for each source and in all, so that forged sources
/// cannot make the server a weapon.
/// </summary>
public sealed class StunAnswerLimit(int perSourceAndSecond, int perSecond)
{
    private const int Buckets = 4096;

    // Sources share buckets by hash: a collision halves their allowance for a second, and memory stays fixed.
    private readonly short[] _bySource = new short[Buckets];
    private Instant _windowEnd;
    private int _answered;

    /// <summary>Counts one answer, unless it would be one too many.</summary>
    public bool Allows(Instant now, in TransportAddress source)
    {
        if (now >= _windowEnd)
        {
            _windowEnd = now + TimeSpan.FromSeconds(1);
            _answered = 0;
            _bySource.AsSpan().Clear();
        }

        Span<byte> address = stackalloc byte[16];
        source.WriteAddress(address);
        var hash = new HashCode(); // seeded per process: nobody can aim at a bucket
        hash.AddBytes(address);
        ref var count = ref _bySource[hash.ToHashCode() & Buckets - 1];
        if (count >= perSourceAndSecond || _answered >= perSecond) return false;
        count++;
        _answered++;
        return true;
    }
}
