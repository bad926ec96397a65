using System.Threading.Channels;
using Tertulia.Sfu;
using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Quality;
using Tertulia.Taps;

namespace Tertulia.Control.Meetings.Media;

/// <summary>The media side of one meeting, as far as signaling needs it. Each call completes when the room has done it.</summary>
internal interface IMeetingMedia : IAsyncDisposable
{
    ChannelReader<RoomEvent> Events { get; }

    ValueTask AddParticipantAsync(ParticipantId id);

    ValueTask RemoveParticipantAsync(ParticipantId id);

    ValueTask<NegotiationResult> AnswerAsync(
        ParticipantId id, ConnectionKey connection, string offerSdp, IReadOnlyList<TrackAssignment>? tracks = null);

    ValueTask<NegotiationResult> OfferAsync(ParticipantId id, ConnectionKey connection, bool fresh = false);

    ValueTask<NegotiationResult> ApplyAnswerAsync(ParticipantId id, ConnectionKey connection, string answerSdp);

    ValueTask CloseConnectionAsync(ParticipantId id, ConnectionKey connection);

    ValueTask SetMutedAsync(ParticipantId id, TrackSource source, bool muted);

    ValueTask SetViewAsync(ParticipantId id, IReadOnlyList<ViewItem> items);

    /// <summary>Listens to the room until it closes, or until the answer is disposed.</summary>
    ValueTask<IAsyncDisposable> AttachTapAsync(IMediaTap tap, TapOptions options);

    /// <summary>Asks for key frames of the participant's pictures, if anybody listens to them by a tap.</summary>
    ValueTask RefreshTapsAsync(ParticipantId publisher);

    /// <summary>What the participant gets and why; null if the room has no such participant.</summary>
    ValueTask<QualityReport?> DescribeQualityAsync(ParticipantId id);
}

internal delegate IMeetingMedia OpenMedia(string meetingId);
