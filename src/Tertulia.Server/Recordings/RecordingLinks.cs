using System.Globalization;
using Tertulia.Objects;
using Tertulia.Server.Api;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Recordings;

/// <summary>Links to what a recording left behind: absolute, signed, good for a week.</summary>
internal sealed class RecordingLinks(ObjectStore objects, SignedLinks signed, PublicAddress address, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public DateTimeOffset ExpiresAt => time.GetUtcNow() + Lifetime;

    public string To(string objectKey) => address.Base + objects.LinkTo(objectKey, Lifetime);

    /// <summary>Null unless the meeting is transcribed. Cues count from the recording's start.</summary>
    public string? ToTranscript(MeetingRecord meeting, DateTimeOffset recordedFrom)
    {
        if (meeting.Settings.Transcription is not { Enabled: true }) return null;
        var from = Math.Max(0, (recordedFrom - (meeting.StartedAt ?? recordedFrom)).TotalSeconds);
        var link = address.Base + signed.Sign(TranscriptLinks.PathOf(meeting.Id), Lifetime);
        return from == 0 ? link : string.Create(CultureInfo.InvariantCulture, $"{link}&from={from:F3}");
    }
}
