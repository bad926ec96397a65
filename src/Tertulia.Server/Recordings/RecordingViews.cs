using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Recordings;

/// <summary>Recordings as the interface shows them, with links that are fresh.</summary>
internal sealed class RecordingViews(RecordingLinks links, CompositionService composition, RecordingService recordings, PublicAddress address)
{
    /// <summary>Links are made for the address that the caller used, unless one is configured.</summary>
    public void Remember(HttpContext context) => address.BaseOf(context);

    public RecordingStoppedView Stopped(MeetingRecord meeting, RecordingRecord recording, RenditionRecord rendition) => new(
        recording.Id, links.To(rendition.ObjectKey), links.ToTranscript(meeting, recording.StartedAt), recording.Duration,
        StatusOf(recording, rendition), links.ExpiresAt, rendition.Reason);

    public RecordingView View(MeetingRecord meeting, RecordingRecord recording, IReadOnlyList<RenditionRecord> renditions)
    {
        var first = renditions[0];
        var hasFile = recording.State == RecordingProgress.Stopped && first.State != RecordingProgress.Failed;
        var live = recording.State == RecordingProgress.Recording ? recordings.Find(meeting.Id) : null;
        return new(
            recording.Id,
            meeting.Id,
            StatusOf(recording, first),
            recording.StartedAt,
            recording.StoppedAt,
            recording.Duration,
            recording.IsWhole,
            hasFile ? links.To(first.ObjectKey) : null,
            hasFile ? links.ToTranscript(meeting, recording.StartedAt) : null,
            hasFile ? links.ExpiresAt : null,
            composition.ProgressOf(first.Id),
            live?.Problem,
            first.Reason,
            [.. renditions.Select(View)]);
    }

    public RenditionView View(RenditionRecord rendition) => new(
        rendition.Id, rendition.Layout, rendition.PeerId, rendition.State, composition.ProgressOf(rendition.Id), rendition.Reason,
        rendition.State == RecordingProgress.Ready ? links.To(rendition.ObjectKey) : null,
        rendition.State == RecordingProgress.Ready ? rendition.Size : null, rendition.CreatedAt);

    private static string StatusOf(RecordingRecord recording, RenditionRecord rendition) =>
        recording.State == RecordingProgress.Recording ? RecordingStates.Recording
        : rendition.State switch
        {
            RecordingProgress.Ready => RecordingStates.Ready,
            RecordingProgress.Failed => RecordingStates.Failed,
            _ => RecordingStates.Processing,
        };
}
