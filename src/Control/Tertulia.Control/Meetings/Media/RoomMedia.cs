using System.Threading.Channels;
using Tertulia.MediaNode;
using Tertulia.Sfu;
using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Quality;
using Tertulia.Taps;

namespace Tertulia.Control.Meetings.Media;

/// <summary>A room of the media node. Every call is a command to the loop that owns it.</summary>
internal sealed class RoomMedia(MediaRoom room) : IMeetingMedia
{
    public ChannelReader<RoomEvent> Events => room.Events;

    public ValueTask AddParticipantAsync(ParticipantId id) => room.InvokeAsync((room, now) => room.AddParticipant(now, id));

    public ValueTask RemoveParticipantAsync(ParticipantId id) => room.InvokeAsync((room, now) => room.RemoveParticipant(now, id));

    public ValueTask<NegotiationResult> AnswerAsync(
        ParticipantId id, ConnectionKey connection, string offerSdp, IReadOnlyList<TrackAssignment>? tracks = null) =>
        room.InvokeAsync((room, now) => room.Answer(now, id, connection, offerSdp, tracks));

    public ValueTask<NegotiationResult> OfferAsync(ParticipantId id, ConnectionKey connection, bool fresh = false) =>
        room.InvokeAsync((room, now) => room.Offer(now, id, connection, fresh));

    public ValueTask<NegotiationResult> ApplyAnswerAsync(ParticipantId id, ConnectionKey connection, string answerSdp) =>
        room.InvokeAsync((room, now) => room.ApplyAnswer(now, id, connection, answerSdp));

    public ValueTask CloseConnectionAsync(ParticipantId id, ConnectionKey connection) =>
        room.InvokeAsync((room, now) => room.CloseConnection(now, id, connection));

    public ValueTask SetMutedAsync(ParticipantId id, TrackSource source, bool muted) =>
        room.InvokeAsync((room, now) => room.SetMuted(now, id, source, muted));

    public ValueTask SetViewAsync(ParticipantId id, IReadOnlyList<ViewItem> items) => room.InvokeAsync((room, now) => room.SetView(now, id, items));

    public ValueTask RefreshTapsAsync(ParticipantId publisher) => room.InvokeAsync((room, now) => room.RefreshTaps(now, publisher));

    public ValueTask<QualityReport?> DescribeQualityAsync(ParticipantId id) => room.InvokeAsync((room, now) => room.DescribeQuality(now, id));

    public async ValueTask<IAsyncDisposable> AttachTapAsync(IMediaTap tap, TapOptions options) => await room.AttachTapAsync(tap, options);

    public ValueTask DisposeAsync() => room.DisposeAsync();
}
