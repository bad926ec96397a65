using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Congestion;

/// <summary>
/// Holds back what would be too much at once for a narrow path: a key frame is as large as many other frames, and would fill the
/// path's queue or overflow it. What fits passes without being kept; what does not is copied here, in order, as it was written and
/// before it is protected, and leaves at the pacing rate.
/// </summary>
internal sealed class Pacer
{
    private const int HeaderLength = 3;
    private const int InitialBytes = 32 * 1024;
    private const int MaxBytes = 256 * 1024;
    private const double LeastBurst = 2400;

    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(20);

    // Timers much finer than this cost more than they smooth.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    // Nothing waits much longer: what the path cannot take by then is better lost than late.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(500);

    private byte[] _bytes = [];
    private int _head;
    private int _tail;
    private double _debt;
    private Instant _paidAt;

    public bool IsEmpty => _head == _tail;

    /// <summary>When the next held packet may leave.</summary>
    public Instant NextDue { get; private set; } = Instant.Never;

    /// <summary>False when a packet must be held now.</summary>
    public bool MayPass(Instant now, Bitrate rate)
    {
        Pay(now, rate);
        return IsEmpty && _debt <= Allowance(rate);
    }

    /// <summary>A packet left, held before or not.</summary>
    public void OnSent(int size) => _debt += size;

    /// <summary>False when there is no room: then all must leave at once.</summary>
    /// <param name="now">Local time.</param>
    /// <param name="packet">Complete but for its transport-wide sequence number, and not protected.</param>
    /// <param name="transportSequenceId">Id of that header extension; 0 for none.</param>
    /// <param name="rate">Now.</param>
    public bool TryHold(Instant now, ReadOnlySpan<byte> packet, byte transportSequenceId, Bitrate rate)
    {
        if (!TryMakeRoom(HeaderLength + packet.Length)) return false;
        if (IsEmpty) Schedule(now, rate);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_tail), (ushort)packet.Length);
        _bytes[_tail + 2] = transportSequenceId;
        packet.CopyTo(_bytes.AsSpan(_tail + HeaderLength));
        _tail += HeaderLength + packet.Length;
        return true;
    }

    /// <summary>Takes the oldest held packet if it is due; it stays valid until the next call of anything here.</summary>
    public bool TryTake(Instant now, Bitrate rate, out ReadOnlySpan<byte> packet, out byte transportSequenceId)
    {
        packet = default;
        transportSequenceId = 0;
        if (IsEmpty || now < NextDue) return false;
        rate = Bitrate.Max(rate, Bitrate.Of(_tail - _head, LongestHold));
        Pay(now, rate);
        if (_debt > Allowance(rate))
        {
            Schedule(now, rate);
            return false;
        }

        packet = Peek(out transportSequenceId);
        Remove(packet.Length);
        return true;
    }

    /// <summary>Takes the oldest held packet, due or not.</summary>
    public bool TryTakeAny(out ReadOnlySpan<byte> packet, out byte transportSequenceId)
    {
        packet = default;
        transportSequenceId = 0;
        if (IsEmpty) return false;
        packet = Peek(out transportSequenceId);
        Remove(packet.Length);
        return true;
    }

    /// <summary>Throws away what is held of one stream.</summary>
    /// <returns>How many packets.</returns>
    public int Discard(Ssrc ssrc)
    {
        var discarded = 0;
        var kept = _head;
        for (var at = _head; at < _tail;)
        {
            var length = HeaderLength + BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
            if (BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at + HeaderLength + 8)) == ssrc.Value)
            {
                discarded++;
            }
            else
            {
                _bytes.AsSpan(at, length).CopyTo(_bytes.AsSpan(kept));
                kept += length;
            }

            at += length;
        }

        _tail = kept;
        if (IsEmpty) Clear();
        return discarded;
    }

    public void Clear() => (_head, _tail, NextDue) = (0, 0, Instant.Never);

    private static double Allowance(Bitrate rate) => Math.Max(LeastBurst, rate.BytesIn(Burst));

    private ReadOnlySpan<byte> Peek(out byte transportSequenceId)
    {
        transportSequenceId = _bytes[_head + 2];
        return _bytes.AsSpan(_head + HeaderLength, BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(_head)));
    }

    private void Remove(int length)
    {
        _head += HeaderLength + length;
        if (IsEmpty) Clear();
    }

    private void Pay(Instant now, Bitrate rate)
    {
        _debt = Math.Max(0, _debt - Math.Max(0, rate.BytesIn(now - _paidAt)));
        _paidAt = now;
    }

    private void Schedule(Instant now, Bitrate rate)
    {
        var wait = rate.TimeFor(Math.Max(0, _debt - Allowance(rate)));
        NextDue = now + (wait > Step ? wait : Step);
    }

    private bool TryMakeRoom(int length)
    {
        if (_tail + length <= _bytes.Length) return true;
        var held = _tail - _head;
        if (held + length > MaxBytes) return false;
        var target = _bytes;
        if (held + length > _bytes.Length) target = GC.AllocateUninitializedArray<byte>(Math.Max(InitialBytes, _bytes.Length * 2));
        _bytes.AsSpan(_head, held).CopyTo(target);
        (_bytes, _head, _tail) = (target, 0, held);
        return true;
    }
}
