using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Speakers;

/// <summary>
/// Which microphones of a large meeting are forwarded. There are a few places, and whoever spoke last keeps one: silence gives none
/// up, so that pauses and background stay as they are. The first packet in which somebody speaks takes a place at once, since
/// nothing needs to be waited for: no syllable is clipped.
/// </summary>
internal sealed class AudibleMicrophones
{
    public const int Places = 5;

    // More open microphones than this, and until there are that few: people come and go.
    private const int LimitAbove = 8;
    private const int LimitUntil = 6;

    // In dB: what one speaker has to be louder by to push another out in the middle of a word.
    private const int Louder = 6;

    /// <summary>A pause between words. Who has been silent for longer may have to make room.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(400);

    private readonly Place[] _places = new Place[Places];

    public bool IsLimiting { get; private set; }

    /// <param name="microphones">How many are published and not muted.</param>
    public void SetCount(int microphones)
    {
        var limits = microphones > (IsLimiting ? LimitUntil : LimitAbove);
        if (limits != IsLimiting) Array.Clear(_places);
        IsLimiting = limits;
    }

    /// <summary>That microphone was muted, or is gone.</summary>
    public void Remove(PublishedTrack microphone)
    {
        foreach (ref var place in _places.AsSpan())
        {
            if (place.Microphone == microphone) place = default;
        }
    }

    /// <summary>For each packet: whether it is forwarded.</summary>
    /// <param name="loudness">127 is the loudest, 0 silence; null when the sender does not tell, and then it cannot be judged.</param>
    /// <param name="speaks">The level stands out of this microphone's background.</param>
    public bool Admit(Instant now, PublishedTrack microphone, byte? loudness, bool speaks)
    {
        if (!IsLimiting || loudness is not { } level) return true;
        if (IndexOf(microphone) is >= 0 and var own) _places[own].Hear(now, level, speaks);
        else if (TryFindPlace(now, level, speaks, out var index)) _places[index] = Place.Of(now, microphone, level, speaks);
        else return false;
        return true;
    }

    private int IndexOf(PublishedTrack microphone)
    {
        for (var i = 0; i < Places; i++)
        {
            if (_places[i].Microphone == microphone) return i;
        }

        return -1;
    }

    private bool TryFindPlace(Instant now, byte level, bool speaks, out int index)
    {
        var (longestSilent, quietest) = (0, 0);
        for (index = 0; index < Places; index++)
        {
            if (_places[index].Microphone is null) return true;
            if (_places[index].SpokeAt < _places[longestSilent].SpokeAt) longestSilent = index;
            if (_places[index].Level < _places[quietest].Level) quietest = index;
        }

        index = longestSilent;
        if (!speaks) return false;
        if (now - _places[longestSilent].SpokeAt >= Hold) return true;
        index = quietest;
        return level > _places[quietest].Level + Louder;
    }

    private struct Place
    {
        private const float Attack = 0.5f, Decay = 0.05f;

        public PublishedTrack? Microphone;
        public Instant SpokeAt;
        public float Level;

        public static Place Of(Instant now, PublishedTrack microphone, byte level, bool speaks) =>
            new() { Microphone = microphone, SpokeAt = speaks ? now : Instant.Zero, Level = level };

        public void Hear(Instant now, byte level, bool speaks)
        {
            Level += (level - Level) * (level > Level ? Attack : Decay);
            if (speaks) SpokeAt = now;
        }
    }
}
