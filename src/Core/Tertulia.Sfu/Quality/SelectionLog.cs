using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Quality;

/// <summary>The last decisions about what one receiver gets of one video: the answer to "why was it blurry?".</summary>
internal sealed class SelectionLog
{
    private const int Capacity = 24;

    private SelectionChange[]? _changes;
    private int _count;

    public int Count => Math.Min(_count, Capacity);

    /// <summary>The oldest that is kept is 0.</summary>
    public ref readonly SelectionChange this[int index] => ref _changes![(_count - Count + index) % Capacity];

    public void Add(in SelectionChange change)
    {
        _changes ??= new SelectionChange[Capacity];
        _changes[_count++ % Capacity] = change;
    }
}

/// <param name="Target">Null: nothing is sent.</param>
/// <param name="Estimate">What the receiver's line was believed to carry then.</param>
internal readonly record struct SelectionChange(Instant At, LayerTarget? Target, SelectionReason Reason, Bitrate Estimate);
