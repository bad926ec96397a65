namespace Tertulia.Speech.Voice;

/// <summary>
/// Tells speech from music over a whole utterance. A voice that speaks glides all the time, while an instrument keeps its pitch; and its
/// level jumps from sound to sound, while notes swell and fade. Measured on synthetic voices and instruments, two seconds each: level
/// deviation 9 to 20 dB against 1 to 6, change from frame to frame 2.8 to 6.6 dB against 0.7 to 2.7, steady pitch below 0.4 against mostly
/// above 0.6; the limits leave room for a noisy background. What is struck is loudest at once and then fades: of 70 single words none did
/// so within a frame, of drum beats all.
/// </summary>
internal sealed class SpeechLikeness
{
    private const float SteadyRatio = 0.005f;
    private const float MostSteady = 0.55f;
    private const float LeastDeviation = 4.5f;
    private const float LeastChange = 1.7f;
    private const int TooFewToTell = 10;
    private const int MostAfterVoice = 10; // frames that still belong to a voiced one; the silence after a single word is none of it

    private const float Attack = 20;   // dB below the loudest frame is where a sound begins
    private const float Fading = 30;   // dB below it is where a sound is over
    private const int ShortestRise = 2; // frames: a mouth takes that long to open
    private const int ShortestFall = 5;
    private const float SteadyFall = 0.8f;

    private readonly List<float> _contour = []; // levels, from a little before the first voiced frame on

    private float _lastPitch;
    private float _lastLevel;
    private int _pairs;
    private int _steadyPairs;
    private int _sinceVoice;
    private Levels _heard;
    private Levels _pending; // since the last voiced frame: counts if another one follows

    public bool IsSpeech => HasVoicesPitch && HasVoicesLevels && !IsStruck;

    private bool HasVoicesPitch => _pairs < TooFewToTell || _steadyPairs <= MostSteady * _pairs;

    private bool HasVoicesLevels => _heard.Frames < TooFewToTell || (_heard.Deviation >= LeastDeviation && _heard.Change >= LeastChange);

    private bool IsStruck
    {
        get
        {
            var loudest = 0;
            for (var i = 1; i < _contour.Count; i++)
            {
                if (_contour[i] > _contour[loudest]) loudest = i;
            }

            var begin = loudest;
            while (begin > 0 && _contour[begin - 1] > _contour[loudest] - Attack) begin--;
            if (begin == 0 || loudest - begin >= ShortestRise) return false; // it was loud before: nobody knows how it began
            var (falls, frames) = (0, 0);
            for (var i = loudest + 1; i < _contour.Count; i++)
            {
                if (_contour[i] <= _contour[loudest] - Fading) continue;
                frames++;
                if (_contour[i] < _contour[i - 1] + 0.3f) falls++;
            }

            return frames >= ShortestFall && falls >= SteadyFall * frames;
        }
    }

    public void Reset()
    {
        (_lastPitch, _pairs, _steadyPairs) = (0, 0, 0);
        (_sinceVoice, _heard, _pending) = (0, default, default);
        if (_contour.Count > ShortestRise + 1) _contour.RemoveRange(0, _contour.Count - ShortestRise - 1);
    }

    public void Add(in VoiceFrame frame)
    {
        _pending.Add(frame.LevelDb, _heard.Frames + _pending.Frames > 0 ? MathF.Abs(frame.LevelDb - _lastLevel) : 0);
        _sinceVoice = frame.IsVoiced ? 0 : _sinceVoice + 1;
        if (_sinceVoice <= MostAfterVoice)
        {
            _heard.Add(_pending);
            _pending = default;
        }

        _contour.Add(frame.LevelDb);
        _lastLevel = frame.LevelDb;
        if (frame.IsVoiced && _lastPitch > 0)
        {
            _pairs++;
            if (MathF.Abs(frame.Pitch - _lastPitch) < SteadyRatio * _lastPitch) _steadyPairs++;
        }

        _lastPitch = frame.IsVoiced ? frame.Pitch : 0;
    }

    private struct Levels
    {
        private double _sum;
        private double _squares;
        private double _changes;

        public int Frames { get; private set; }

        /// <summary>Standard deviation, in dB.</summary>
        public readonly double Deviation => Math.Sqrt(Math.Max(_squares / Frames - Math.Pow(_sum / Frames, 2), 0));

        /// <summary>Mean difference of neighbours, in dB.</summary>
        public readonly double Change => _changes / Frames;

        public void Add(float level, float change)
        {
            Frames++;
            _sum += level;
            _squares += level * level;
            _changes += change;
        }

        public void Add(in Levels more)
        {
            Frames += more.Frames;
            _sum += more._sum;
            _squares += more._squares;
            _changes += more._changes;
        }
    }
}
