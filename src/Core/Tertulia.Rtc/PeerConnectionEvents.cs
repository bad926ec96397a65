namespace Tertulia.Rtc;

/// <summary>The events of one connection until its owner takes them, in a ring that never grows.</summary>
internal sealed class PeerConnectionEvents
{
    private const int Capacity = 256;

    private PeerConnectionEvent[] _ring = new PeerConnectionEvent[8];
    private int _first;
    private int _count;

    public DropCounters Drops { get; } = new();

    public void Add(in PeerConnectionEvent connectionEvent)
    {
        if (_count == _ring.Length && !TryGrow())
        {
            // Only a flood of feedback fills the ring; a change of state must not be lost to it.
            Drops.Add(DropReason.EventQueueFull);
            if (connectionEvent.Kind != PeerConnectionEventKind.StateChanged) return;
            _ring[(_first + _count - 1) % _ring.Length] = connectionEvent;
            return;
        }

        _ring[(_first + _count++) % _ring.Length] = connectionEvent;
    }

    public bool TryTake(out PeerConnectionEvent connectionEvent)
    {
        connectionEvent = default;
        if (_count == 0) return false;
        connectionEvent = _ring[_first];
        _ring[_first] = default;
        _first = (_first + 1) % _ring.Length;
        _count--;
        return true;
    }

    private bool TryGrow()
    {
        if (_ring.Length >= Capacity) return false;
        var larger = new PeerConnectionEvent[_ring.Length * 2];
        for (var i = 0; i < _count; i++) larger[i] = _ring[(_first + i) % _ring.Length];
        (_ring, _first) = (larger, 0);
        return true;
    }
}
