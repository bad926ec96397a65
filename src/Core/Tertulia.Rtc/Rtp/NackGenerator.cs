using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Rtp;

/// <summary>
/// Decides which missing packets of an incoming stream to ask for again, and when. A gap waits a little, since packets overtake
/// each other; what stays missing is asked for once per round trip, and given up after <see cref="MaxRetries"/> requests.
/// </summary>
public sealed class NackGenerator
{
    public const int MaxRetries = 10;

    /// <summary>Missing packets followed at once; a larger gap is beyond repair.</summary>
    public const int MaxMissing = 512;

    /// <summary>A gap is asked for after this time, or once this many later packets have come.</summary>
    private static readonly TimeSpan ReorderTime = TimeSpan.FromMilliseconds(10);
    private const int MaxReorderDistance = 32;

    private static readonly TimeSpan MinRetryInterval = TimeSpan.FromMilliseconds(20);

    private readonly Missing[] _missing = new Missing[MaxMissing];
    private int _count;
    private int _reorderDistance = 3;
    private long _inOrder;
    private long _highest = -1;
    private long _firstGivenUp = long.MaxValue;
    private long _lastGivenUp = -1;
    private Instant _deadline = Instant.Never;

    /// <summary>Current round-trip time to the sender, measured by <see cref="MeasureRoundTrip"/> or set by who knows better.</summary>
    public TimeSpan RoundTrip { get; set; } = TimeSpan.FromMilliseconds(100);

    public int MissingCount => _count;

    /// <summary>Packets that came after they had been asked for.</summary>
    public long Recovered { get; private set; }

    public long GivenUp { get; private set; }

    /// <summary>
    /// A packet is lost for good, so that decoders need a key frame. Stays true until <see cref="OnKeyFrame"/> or
    /// <see cref="Reset"/>, so that a lost request is repeated by whoever throttles it; or until <see cref="Forgive"/>.
    /// </summary>
    public bool KeyFrameNeeded => _lastGivenUp >= 0;

    /// <summary>While <see cref="KeyFrameNeeded"/>: all that was given up lies between these two; not all between them was.</summary>
    public (ExtendedSequenceNumber First, ExtendedSequenceNumber Last) GivenUpRange => (new(_firstGivenUp), new(_lastGivenUp));

    /// <summary>When <see cref="CollectNacks"/> will have something to say.</summary>
    public Instant NextDeadline => _deadline;

    /// <summary>Takes note of a packet, original or recovered by RTX.</summary>
    public void OnPacket(Instant now, ExtendedSequenceNumber number)
    {
        if (_highest < 0)
        {
            _highest = number.Value;
        }
        else if (number.Value > _highest)
        {
            if (number.Value == _highest + 1) LearnOrder();
            else AddGap(now, number.Value);
            _highest = number.Value;
            HastenOvertaken(now);
        }
        else
        {
            OnLate(now, number.Value);
        }
    }

    /// <summary>
    /// This packet came as a retransmission: if it was asked for only once, that tells the round trip. To be called before
    /// <see cref="OnPacket"/> forgets that it was missing.
    /// </summary>
    public void MeasureRoundTrip(Instant now, ExtendedSequenceNumber number)
    {
        var index = Find(number.Value);
        if (index < 0 || _missing[index].Requests != 1) return;
        var sample = now - _missing[index].Asked;
        RoundTrip = Recovered == 0 ? sample : (RoundTrip * 7 + sample) / 8;
    }

    /// <summary>A key frame begins with this packet: whatever is missing before it is no longer needed.</summary>
    public void OnKeyFrame(ExtendedSequenceNumber number)
    {
        if (number.Value > _lastGivenUp) Forgive();
        var older = 0;
        while (older < _count && _missing[older].Number < number.Value) older++;
        RemoveFirst(older);
        UpdateDeadline();
    }

    /// <summary>Nothing that matters was given up: no key frame is needed.</summary>
    public void Forgive() => (_firstGivenUp, _lastGivenUp) = (long.MaxValue, -1);

    /// <summary>
    /// Writes the sequence numbers to ask for now, oldest first, and counts them as asked for. Call again if
    /// <paramref name="destination"/> came back full.
    /// </summary>
    /// <returns>How many were written.</returns>
    public int CollectNacks(Instant now, Span<ushort> destination)
    {
        if (now < _deadline) return 0;

        var written = 0;
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            var missing = _missing[i];
            if (missing.Due <= now && written < destination.Length)
            {
                if (missing.Requests == MaxRetries)
                {
                    GiveUp(1, missing.Number, missing.Number);
                    continue;
                }

                destination[written++] = (ushort)missing.Number;
                missing.Requests++;
                missing.Asked = now;
                missing.Due = now + RetryInterval();
            }

            _missing[kept++] = missing;
        }

        _count = kept;
        UpdateDeadline();
        return written;
    }

    /// <summary>Forgets everything: the stream was paused or begins anew.</summary>
    public void Reset()
    {
        _count = 0;
        _highest = -1;
        Forgive();
        _deadline = Instant.Never;
    }

    private TimeSpan RetryInterval()
    {
        // A little more than a round trip, or an answer on its way would be asked for a second time.
        var interval = RoundTrip + RoundTrip / 8;
        return interval < MinRetryInterval ? MinRetryInterval : interval;
    }

    private void AddGap(Instant now, long number)
    {
        var first = _highest + 1;
        var lost = number - first;
        if (lost > MaxMissing)
        {
            GiveUp(_count + lost, _count > 0 ? _missing[0].Number : first, number - 1);
            _count = 0;
            UpdateDeadline();
            return;
        }

        var excess = (int)(_count + lost - MaxMissing);
        if (excess > 0)
        {
            GiveUp(excess, _missing[0].Number, _missing[excess - 1].Number);
            RemoveFirst(excess);
        }

        var due = now + ReorderTime;
        for (var missing = first; missing < number; missing++) _missing[_count++] = new Missing(missing, due);
        UpdateDeadline();
    }

    /// <summary>Gaps overtaken by more packets than usually overtake one another need not wait for the clock.</summary>
    private void HastenOvertaken(Instant now)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            ref var missing = ref _missing[i];
            var distance = _highest - missing.Number;
            if (distance < _reorderDistance) continue;
            // Older ones were hastened when this one was not yet overtaken so far.
            if (missing.Requests > 0 || missing.Due <= now) break;
            missing.Due = now;
            _deadline = Instant.Min(_deadline, now);
        }
    }

    private void OnLate(Instant now, long number)
    {
        var index = Find(number);
        if (index < 0) return;

        // What comes sooner than any answer could was only overtaken.
        ref readonly var missing = ref _missing[index];
        if (missing.Requests == 0 || (missing.Requests == 1 && now - missing.Asked < RoundTrip / 2))
        {
            _inOrder = 0;
            _reorderDistance = (int)Math.Clamp(_highest - number + 1, _reorderDistance, MaxReorderDistance);
        }

        if (missing.Requests > 0) Recovered++;

        Array.Copy(_missing, index + 1, _missing, index, --_count - index);
        UpdateDeadline();
    }

    private void LearnOrder()
    {
        // Reordering that has stopped is forgotten slowly.
        if (++_inOrder % 1024 == 0 && _reorderDistance > 3) _reorderDistance--;
    }

    private void GiveUp(long packets, long first, long last)
    {
        GivenUp += packets;
        _firstGivenUp = Math.Min(_firstGivenUp, first);
        _lastGivenUp = Math.Max(_lastGivenUp, last);
    }

    private int Find(long number)
    {
        int low = 0, high = _count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var candidate = _missing[middle].Number;
            if (candidate == number) return middle;
            if (candidate < number) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private void RemoveFirst(int count)
    {
        if (count == 0) return;
        _count -= count;
        Array.Copy(_missing, count, _missing, 0, _count);
    }

    private void UpdateDeadline()
    {
        _deadline = Instant.Never;
        for (var i = 0; i < _count; i++) _deadline = Instant.Min(_deadline, _missing[i].Due);
    }

    private record struct Missing(long Number, Instant Due)
    {
        public int Requests;
        public Instant Asked;
    }
}
