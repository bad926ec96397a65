using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Quality;

/// <summary>Looks at every participant's line once a second: tells what has changed, and lets voices be encoded for the worst receiver.</summary>
internal sealed class RoomQuality(Room room)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Losses come back: what an encoder was told is taken back by and by.
    private const double Fading = 0.97;

    public Instant NextDeadline { get; private set; } = Instant.Zero;

    public void HandleTimeout(Instant now)
    {
        NextDeadline = now + Interval;
        foreach (var participant in room.Participants)
        {
            if (participant.Line.Look(now, participant)) room.Emit(new RoomEvent.QualityChanged(participant.Id, participant.Line.Quality));
            if (participant.Silence.Look(now, participant)) room.Emit(new RoomEvent.WentSilent(participant.Id));
            foreach (var track in participant.Tracks.Values)
            {
                if (track.Kind == Rtc.Sdp.MediaKind.Audio) ReportLossBehind(track);
            }
        }
    }

    /// <summary>
    /// Tells the publisher of a voice the worst loss among those receivers that take no copies of frames, as it is left by sending
    /// packets twice. Its encoder then puts a coarse copy of each frame into the next packet (Opus in-band FEC).
    /// </summary>
    private static void ReportLossBehind(PublishedTrack voice)
    {
        var worst = 0.0;
        for (var i = 0; i < voice.Subscriptions.Count; i++)
        {
            var subscription = voice.Subscriptions[i];
            if (subscription.TakesRedundantAudio) continue;
            worst = Math.Max(worst, Math.Pow(LineMeasure.LossTo(subscription.Downlink), 1 + subscription.Repetitions));
        }

        for (var i = 0; i < voice.LayersByIndex.Count; i++)
        {
            var stream = voice.LayersByIndex[i].Stream;
            stream.LossToReport = Math.Max(worst, stream.LossToReport * Fading);
        }
    }
}
