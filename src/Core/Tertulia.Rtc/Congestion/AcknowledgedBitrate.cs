using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Congestion;

/// <summary>The rate at which packets got through the path of late: the smaller of how they were sent and how they came.</summary>
internal sealed class AcknowledgedBitrate
{
    private const int Capacity = 512;
    private const int LeastPackets = 8;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeastSpan = TimeSpan.FromMilliseconds(200);

    private Acknowledged[]? _ring;
    private long _first;
    private long _next;
    private long _bytes;
    private TimeSpan _lastArrival;

    /// <summary>Null while too little was acknowledged to tell.</summary>
    public Bitrate? Rate
    {
        get
        {
            if (_ring is null || _next - _first < LeastPackets) return null;
            var (oldest, newest) = (_ring[_first % Capacity], _ring[(_next - 1) % Capacity]);
            var arrivalSpan = _lastArrival - oldest.Arrival;
            var sendSpan = newest.SentAt - oldest.SentAt;
            if (arrivalSpan < LeastSpan || sendSpan < LeastSpan) return null;
            return Bitrate.Min(Bitrate.Of(_bytes - oldest.Size, arrivalSpan), Bitrate.Of(_bytes - newest.Size, sendSpan));
        }
    }

    public void Add(Instant sentAt, TimeSpan arrival, int size)
    {
        _ring ??= new Acknowledged[Capacity];
        if (_next == _first || arrival > _lastArrival) _lastArrival = arrival;
        if (_next - _first == Capacity) RemoveOldest();
        _ring[_next++ % Capacity] = new Acknowledged(sentAt, arrival, size);
        _bytes += size;

        // A receiver's clock that goes back makes even the newest one old; then all begins anew.
        while (_first < _next && _lastArrival - _ring[_first % Capacity].Arrival > Window) RemoveOldest();
    }

    public void Reset() => (_first, _bytes) = (_next, 0);

    private void RemoveOldest() => _bytes -= _ring![_first++ % Capacity].Size;

    private readonly record struct Acknowledged(Instant SentAt, TimeSpan Arrival, int Size);
}
