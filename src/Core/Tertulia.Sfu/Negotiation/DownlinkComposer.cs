using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Negotiation;

/// <summary>Decides which sections a downlink has and which track each carries, and makes their subscriptions.</summary>
internal sealed class DownlinkComposer(Room room, RoomOptions options)
{
    /// <summary>One audio and one video section in the peer's name, whether or not it sends yet.</summary>
    public IReadOnlyList<OfferedSection> OfferPeer(RoomConnection connection)
    {
        var audio = SectionForPeer(connection, "0", MediaKind.Audio);
        var video = SectionForPeer(connection, "1", MediaKind.Video);
        return [OfferedSection.Send("0", audio!), OfferedSection.Send("1", video!)];
    }

    /// <summary>The track for a section of a peer's own connection; null for a second section of a kind.</summary>
    public LocalTrack? SectionForPeer(RoomConnection connection, string mid, MediaKind kind)
    {
        var existing = connection.Sections.Find(section => section.Kind == kind);
        if (existing is not null) return existing.Mid == mid ? existing.Track : null;

        var publisher = room.Find(connection.Key.Publisher!.Value)!;
        var source = kind == MediaKind.Audio ? TrackSource.Microphone : TrackSource.Camera;
        var added = new DownlinkSection(mid, kind) { Publisher = publisher.Id, Source = source, Track = NewTrack(publisher, source, kind) };
        connection.Sections.Add(added);
        return added.Track;
    }

    /// <summary>A section for each track of each other participant; places of tracks that ended are used again.</summary>
    public IReadOnlyList<OfferedSection> OfferAll(Instant now, RoomConnection connection)
    {
        var sections = connection.OfferedSections ??= new OfferedSectionList();
        foreach (var gone in connection.Sections.FindAll(section => !IsPublished(section)))
        {
            gone.Subscription?.Attach(null);
            if (gone.Subscription is { } subscription) connection.Connection.Sender.RemoveStream(subscription.Stream);
            connection.Sections.Remove(gone);
            sections.Remove(gone.Mid);
        }

        foreach (var publisher in room.Participants)
        {
            if (publisher.Id == connection.ParticipantId) continue;
            foreach (var track in publisher.Tracks.Values)
            {
                if (connection.Sections.Exists(section => section.Carries(publisher.Id, track.Source))) continue;
                var local = NewTrack(publisher, track.Source, track.Kind);
                var mid = sections.Add(local);
                connection.Sections.Add(new DownlinkSection(mid, track.Kind) { Publisher = publisher.Id, Source = track.Source, Track = local });
            }
        }

        return [.. sections.Sections];
    }

    public static IReadOnlyList<DownlinkTrack> Tracks(RoomConnection connection) =>
        connection.Key.Kind == ConnectionKind.Downlink
            ? [.. connection.Sections.Select(section => new DownlinkTrack(section.Mid, section.Publisher!.Value, section.Source))]
            : [];

    /// <summary>The receiver has agreed: every accepted section gets its subscription.</summary>
    public void Apply(Instant now, RoomConnection connection, NegotiatedSession session)
    {
        foreach (var section in connection.Sections)
        {
            if (section.Subscription is not null || session.Find(section.Mid) is not { LocalTrack: { } track } media) continue;
            var paddingPayloadType = media.Codecs.FirstOrDefault(codec => codec.RtxPayloadType is not null)?.RtxPayloadType;
            var stream = connection.Connection.Sender.AddStream(section.Mid, track.Ssrc, track.RtxSsrc, track.Cname, ExtensionsOf(media), paddingPayloadType: paddingPayloadType,
                isPaced: media.Kind == MediaKind.Video);
            section.Subscription = new Subscription(connection, media, stream, options.Entropy);
            if (room.Find(section.Publisher!.Value) is { } publisher) section.Subscription.Attach(Room.TrackFor(connection, section, publisher));
        }

        room.Allocation.Allocate(now, connection);
    }

    private bool IsPublished(DownlinkSection section) => room.Find(section.Publisher!.Value)?.Tracks.ContainsKey(section.Source) == true;

    // Camera and microphone share one stream, so that a browser hands its page both together and plays them in sync.
    private LocalTrack NewTrack(Participant publisher, TrackSource source, MediaKind kind)
    {
        var stream = source is TrackSource.Screen or TrackSource.ScreenAudio ? publisher.Id.Value + "-screen" : publisher.Id.Value;
        return new LocalTrack(kind, new Msid(stream, $"{stream}-{(kind == MediaKind.Audio ? "audio" : "video")}"), NewSsrc(), kind == MediaKind.Video ? NewSsrc() : null, publisher.Cname)
        {
            FecSsrc = kind == MediaKind.Video ? NewSsrc() : null,
        };
    }

    // 0 is used for "no source" by some receivers.
    private Ssrc NewSsrc() => new(options.Entropy.NextUInt32() | 1);

    private static SendExtensions ExtensionsOf(NegotiatedMedia media) => new(
        (byte)media.GetExtensionId(HeaderExtensionUris.TransportSequenceNumber),
        (byte)media.GetExtensionId(HeaderExtensionUris.AudioLevel),
        (byte)media.GetExtensionId(HeaderExtensionUris.VideoOrientation))
    {
        // Firefox writes them, but does not read them.
        DependencyDescriptor = (byte)(media.Extensions.FirstOrDefault(extension =>
            extension.Uri == HeaderExtensionUris.DependencyDescriptor && extension.Direction.Sends())?.Id ?? 0),
    };
}
