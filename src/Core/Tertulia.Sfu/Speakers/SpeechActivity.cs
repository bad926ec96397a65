using System.Numerics;

namespace Tertulia.Sfu.Speakers;

/// <summary>How the last second of one microphone sounds, weakest first.</summary>
internal enum Utterance
{
    /// <summary>Silence, background, or something as short as a cough.</summary>
    None,

    /// <summary>Loud, but as even as no voice is: a tone, a drill.</summary>
    SteadySound,

    Speech,
}

/// <summary>
/// What the RFC 6464 levels of one microphone say about the last second, in frames of 20 ms. Levels are counted upwards here:
/// 127 is the loudest, 0 silence.
/// </summary>
internal sealed class SpeechActivity(ParticipantId id)
{
    public const int FramesPerBlock = 5, Blocks = 10;

    /// <summary>Units of an immediate score: 10 dB each.</summary>
    public const int LevelUnits = 13;

    private const int Frames = FramesPerBlock * Blocks;
    private const ulong FrameMask = (1UL << Frames) - 1, BlockMask = (1UL << FramesPerBlock) - 1;

    /// <summary>An active frame has this many units, an active block this many active frames.</summary>
    private const int ActiveUnits = 7, ActiveFrames = 4;

    /// <summary>Less than 320 ms in a second is no utterance: coughs, clicks and doors are over before.</summary>
    private const int LeastFrames = 16;

    /// <summary>Above −40 dBov a frame is active whatever the background is.</summary>
    private const byte Loud = 127 - 40;

    private const byte AboveFloor = 10;

    /// <summary>Levels of speech scatter by 5 to 10 dB, those of machines and tones by 1 or 2.</summary>
    private const double SteadyVariance = 2.5 * 2.5;

    /// <summary>Packets further apart than this are discontinuous transmission, not a long packet time.</summary>
    private const int LongestPacket = 7;

    private readonly byte[] _levels = new byte[64];
    private readonly NoiseFloor _floor = new();
    private ulong _active;
    private long _frame = long.MinValue;
    private long _packetFrame;
    private double _packetInterval = 1;
    private bool _marksVoice;

    public ParticipantId Id { get; } = id;

    /// <summary>Level of the newest frame in units of 10 dB, 0 if it is not active.</summary>
    public int Immediate => Units(0);

    /// <summary>The loudest of the newest three frames: speech has gaps that short in the middle of words.</summary>
    public int RecentImmediate => Math.Max(Units(0), Math.Max(Units(1), Units(2)));

    /// <summary>Active frames of the newest 100 ms.</summary>
    public int Medium => ActiveIn(0);

    /// <summary>Most active frames in any of the newest three blocks: whoever holds the floor keeps it through the gaps between words.</summary>
    public int HeldMedium => Math.Max(Medium, Math.Max(ActiveIn(1), ActiveIn(2)));

    /// <summary>Active blocks of 100 ms in the last second.</summary>
    public int Long { get; private set; }

    public Utterance Utterance { get; private set; }

    /// <summary>Mean level of the active frames.</summary>
    public double Loudness { get; private set; }

    public bool HasActiveFrames => _active != 0;

    public bool IsBlockActive => Medium >= ActiveFrames;

    public bool IsFrameActive => (_active & 1) != 0;

    public void OnLevel(long frame, byte level, bool voice)
    {
        // Without voice activity detection the bit is 0 always, and says nothing.
        _marksVoice |= voice;

        if (_frame == long.MinValue) (_frame, _packetFrame) = (frame - 1, frame - 1);
        var gap = frame - _packetFrame;
        if (gap is >= 0 and <= LongestPacket) _packetInterval += (gap - _packetInterval) / 16;

        AgeTo(frame);
        var active = level / 10 >= ActiveUnits
            && (level >= Loud || level >= _floor.Level + AboveFloor)
            && (voice || !_marksVoice);
        if (gap > 0)
        {
            Set(level, active);
        }
        else if (level > _levels[_frame & 63])
        {
            // Several packets in one frame: the loudest counts.
            Set(level, active);
        }

        _packetFrame = Math.Max(_packetFrame, frame);
        _floor.Add(_frame, level);
    }

    /// <summary>Adds the frames up to this one. A packet speaks for its packet time and a little jitter; after that there is silence.</summary>
    public void AgeTo(long frame)
    {
        if (frame - _frame > _levels.Length)
        {
            _active = 0;
            _frame = frame;
            _floor.Add(frame, 0);
            return;
        }

        var heldUntil = _packetFrame + Math.Max(2, (int)Math.Round(_packetInterval) + 1);
        while (_frame < frame)
        {
            var (level, active) = (_levels[_frame & 63], (_active & 1) != 0);
            _frame++;
            _active = _active << 1 & FrameMask;
            if (_frame <= heldUntil)
            {
                Set(level, active);
            }
            else
            {
                Set(0, false);
                _floor.Add(_frame, 0);
            }
        }
    }

    /// <summary>Sums up the last second.</summary>
    public void Evaluate()
    {
        Long = 0;
        for (var block = 0; block < Blocks; block++)
        {
            if (ActiveIn(block) >= ActiveFrames) Long++;
        }

        var frames = BitOperations.PopCount(_active);
        int sum = 0, squares = 0;
        for (var rest = _active; rest != 0; rest &= rest - 1)
        {
            int level = _levels[(_frame - BitOperations.TrailingZeroCount(rest)) & 63];
            sum += level;
            squares += level * level;
        }

        Loudness = frames == 0 ? 0 : (double)sum / frames;
        var variance = frames == 0 ? 0 : (double)squares / frames - Loudness * Loudness;
        Utterance = frames < LeastFrames ? Utterance.None
            : variance >= SteadyVariance ? Utterance.Speech
            : Loudness >= Loud ? Utterance.SteadySound
            : Utterance.None;
    }

    private int ActiveIn(int block) => BitOperations.PopCount(_active >> (block * FramesPerBlock) & BlockMask);

    private int Units(int age) => (_active >> age & 1) == 0 ? 0 : _levels[(_frame - age) & 63] / 10;

    private void Set(byte level, bool active)
    {
        _levels[_frame & 63] = level;
        _active = active ? _active | 1 : _active & ~1UL;
    }
}
