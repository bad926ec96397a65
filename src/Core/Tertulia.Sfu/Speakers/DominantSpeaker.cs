using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Speakers;

/// <summary>Who speaks: placeholder that hears nobody until the Volfin-Cohen detector takes its place.</summary>
internal sealed class DominantSpeaker
{
    public Instant NextDeadline { get; private set; } = Instant.Never;

    public void OnAudioLevel(Instant now, ParticipantId id, byte level, bool voice) => NextDeadline = Instant.Never;

    public void Remove(ParticipantId id) => NextDeadline = Instant.Never;

    public bool TryDecide(Instant now, out ParticipantId? speaker)
    {
        speaker = null;
        return false;
    }
}
