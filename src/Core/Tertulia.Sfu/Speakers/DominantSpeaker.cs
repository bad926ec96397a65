using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Speakers;

/// <summary>
/// Dominant speaker identification after Volfin and Cohen ("Dominant speaker identification for multipoint videoconferencing",
/// 2012), on audio levels in place of sub-band energies. Each microphone is scored over an immediate (one frame), a medium (100 ms)
/// and a long (1 s) time; who wants to become the dominant speaker has to be ahead in all three, which leaves
/// the one who speaks on in place. Beyond the paper, an utterance lasts 300 ms at least, so that a cough in a pause does not win, and
/// a steady sound never stands against a voice.
/// </summary>
internal sealed class DominantSpeaker
{
    /// <summary>Decisions are finer than the paper's 300 ms: waiting that long for the next would make switches take up to a second.</summary>
    private static readonly TimeSpan DecisionInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>A new speaker stays for so long, or a lively exchange would flicker.</summary>
    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private static readonly long TicksPerFrame = TimeSpan.FromMilliseconds(20).Ticks;

    /// <summary>By how much the challenger has to be ahead: C1, C2 and C3 of the paper.</summary>
    private const double ImmediateLead = 3, MediumLead = 2, LongLead = 0;

    private static readonly ActivityScores s_immediate = new(SpeechActivity.LevelUnits, 0.78);
    private static readonly ActivityScores s_medium = new(SpeechActivity.FramesPerBlock, 24);
    private static readonly ActivityScores s_long = new(SpeechActivity.Blocks, 47);

    private readonly Dictionary<ParticipantId, SpeechActivity> _participants = [];
    private SpeechActivity? _dominant;
    private ParticipantId? _reported;
    private Instant _lastDecision = Instant.Zero;
    private Instant _lastSpeech;
    private Instant _lastSwitch;
    private Instant _lastVoice = Instant.Zero - Silence;

    /// <summary>When <see cref="TryDecide"/> wants to be called; it may come nearer with each level.</summary>
    public Instant NextDeadline { get; private set; } = Instant.Never;

    /// <summary>A packet of this participant's microphone has arrived.</summary>
    /// <param name="now">Its arrival.</param>
    /// <param name="id">Whose microphone.</param>
    /// <param name="dBov">The level as RFC 6464 carries it: 0 loudest, 127 silence.</param>
    /// <param name="voice">The V bit; believed from senders that have set it once.</param>
    /// <returns>True when the packet stands out of that microphone's background, as speech does.</returns>
    public bool OnAudioLevel(Instant now, ParticipantId id, byte dBov, bool voice)
    {
        if (!_participants.TryGetValue(id, out var activity)) _participants.Add(id, activity = new SpeechActivity(id));
        activity.OnLevel(Frame(now), (byte)(127 - Math.Min(dBov, (byte)127)), voice);
        if (activity.IsFrameActive) NextDeadline = Instant.Min(NextDeadline, Instant.Max(now, _lastDecision + DecisionInterval));
        return activity.IsFrameActive;
    }

    /// <summary>Forgets a participant; who was reported stays so until somebody else speaks or nobody has for 3 s.</summary>
    public void Remove(ParticipantId id)
    {
        if (_participants.Remove(id, out var activity) && activity == _dominant) _dominant = null;
    }

    /// <summary>
    /// True when the dominant speaker has changed; null when nobody has spoken for 3 s.
    /// </summary>
    public bool TryDecide(Instant now, out ParticipantId? speaker)
    {
        speaker = _reported;
        if (now < NextDeadline) return false;

        _lastDecision = now;
        Listen(now, out var anyActive);
        var winner = FindWinner(now);
        if (winner is not null)
        {
            _dominant = winner;
            _lastSwitch = now;
            _lastSpeech = now;
        }
        else if (_reported is not null && now - _lastSpeech >= Silence)
        {
            _dominant = null;
            _reported = null;
        }

        NextDeadline = anyActive ? now + DecisionInterval : _reported is not null ? _lastSpeech + Silence : Instant.Never;
        if (winner is not null) _reported = winner.Id;
        var changed = _reported != speaker;
        speaker = _reported;
        return changed;
    }

    private static long Frame(Instant now) => now.Ticks / TicksPerFrame;

    private void Listen(Instant now, out bool anyActive)
    {
        anyActive = false;
        foreach (var participant in _participants.Values)
        {
            participant.AgeTo(Frame(now));
            participant.Evaluate();
            anyActive |= participant.HasActiveFrames;
            if (participant.IsBlockActive) _lastSpeech = now;
            if (participant.Utterance == Utterance.Speech) _lastVoice = now;
        }
    }

    private SpeechActivity? FindWinner(Instant now)
    {
        SpeechActivity? winner = null;
        var voiceHeard = now - _lastVoice < Silence;
        foreach (var challenger in _participants.Values)
        {
            // While people talk, their pauses belong to them.
            if (voiceHeard && challenger.Utterance == Utterance.SteadySound) continue;
            if (challenger == _dominant || !Beats(now, challenger, _dominant)) continue;
            if (winner is null || IsAhead(challenger, winner)) winner = challenger;
        }

        return winner;
    }

    private bool Beats(Instant now, SpeechActivity challenger, SpeechActivity? dominant)
    {
        if (challenger.Utterance == Utterance.None) return false;
        if (dominant is null) return true;
        if (dominant.Utterance != Utterance.SteadySound && now - _lastSwitch < ShortestTurn) return false;
        if (challenger.Utterance > dominant.Utterance) return true;
        return challenger.Utterance == dominant.Utterance
            && s_immediate.Compare(challenger.RecentImmediate, dominant.Immediate) > ImmediateLead
            && s_medium.Compare(challenger.Medium, dominant.HeldMedium) > MediumLead
            && s_long.Compare(challenger.Long, dominant.Long) > LongLead;
    }

    private static bool IsAhead(SpeechActivity challenger, SpeechActivity other) =>
        challenger.Utterance != other.Utterance ? challenger.Utterance > other.Utterance
        : challenger.Long != other.Long ? challenger.Long > other.Long
        : challenger.Loudness > other.Loudness;
}
