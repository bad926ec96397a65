using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc;

/// <summary>
/// Which of the last 1024 sequence numbers have come. SRTP stops replayed datagrams; this stops the second of an original and
/// its retransmission, which are two datagrams.
/// </summary>
internal sealed class SeenWindow
{
    private const int Size = 1024;

    private readonly ulong[] _bits = new ulong[Size / 64];
    private long _highest = long.MinValue;

    public bool TryAdd(ExtendedSequenceNumber sequenceNumber)
    {
        var number = sequenceNumber.Value;
        if (_highest == long.MinValue || number - _highest >= Size)
        {
            Array.Clear(_bits);
            _highest = number;
        }
        else if (number > _highest)
        {
            while (_highest < number) Clear(++_highest);
        }
        else if (_highest - number >= Size)
        {
            return false;
        }

        ref var word = ref _bits[(int)((ulong)number / 64 % (Size / 64))];
        var bit = 1UL << (int)(number & 63);
        if ((word & bit) != 0) return false;
        word |= bit;
        return true;
    }

    private void Clear(long number) => _bits[(int)((ulong)number / 64 % (Size / 64))] &= ~(1UL << (int)(number & 63));
}
