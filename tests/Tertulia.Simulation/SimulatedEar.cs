using System.Buffers.Binary;
using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>
/// What comes of one audio stream at its place in time: frames of 20 ms that are not there when it is their turn are made up by a
/// player, and count as concealed. Where all that follows is late too, it makes up the time until it comes and plays on with more delay,
/// as NetEQ does, which it shortens again by and by.
/// </summary>
public sealed class SimulatedEar
{
    private const int SamplesPerFrame = 960;
    private static readonly TimeSpan FrameLength = TimeSpan.FromMilliseconds(20);

    private readonly HashSet<long> _heard = [];
    private uint _firstTimestamp;
    private uint _firstCount;
    private Instant _firstAt = Instant.Never;
    private long _highest = -1;
    private TimeSpan _delay;
    private double _waited;

    private static readonly TimeSpan Shortening = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a player waits for what is late, at least.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(80);

    public long Heard => _heard.Count;

    /// <summary>Share of the frames played that were made up, 0-1.</summary>
    public double Concealed => _highest < 0 ? 1 : MadeUp / Played;

    /// <summary>Frames' worth of sound that was made up.</summary>
    public double MadeUp => _highest + 1 - Heard + _waited;

    /// <summary>Frames' worth of sound altogether.</summary>
    public double Played => _highest + 1 + _waited;

    /// <summary>Frames that came under a timestamp which is not theirs.</summary>
    public long Misplaced { get; private set; }

    /// <summary>Packets that came as repetitions in later ones.</summary>
    public long Recovered { get; private set; }

    /// <summary>Called with the number of each frame that comes, counted from 1 by its microphone.</summary>
    public Action<uint>? OnFrame { get; set; }

    public void Reset()
    {
        _heard.Clear();
        _firstAt = Instant.Never;
        _highest = -1;
        (Misplaced, Recovered, _waited) = (0, 0, 0);
    }

    internal void OnPacket(Instant now, in ReceivedRtp packet)
    {
        var count = BinaryPrimitives.ReadUInt32BigEndian(packet.Payload);
        OnFrame?.Invoke(count);
        if (_firstAt == Instant.Never) (_firstTimestamp, _firstCount, _firstAt, _delay) = (packet.Timestamp, count, now, Patience);
        var frame = (long)Math.Round((int)(packet.Timestamp - _firstTimestamp) / (double)SamplesPerFrame);
        if (frame < 0) return;
        if (count - _firstCount != frame) Misplaced++;
        if (packet.IsRecovered) Recovered++;
        var late = now - (_firstAt + FrameLength * frame + _delay);
        if (late <= TimeSpan.Zero)
        {
            if (frame > _highest && _delay > Patience) _delay -= Shortening;
            _heard.Add(frame);
        }
        else if (frame > _highest)
        {
            (_delay, _waited) = (_delay + late, _waited + late / FrameLength);
            _heard.Add(frame);
        }

        _highest = Math.Max(_highest, frame);
    }
}
