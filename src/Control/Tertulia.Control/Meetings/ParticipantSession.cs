using System.Text.Json;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings.Dialects;
using Tertulia.Sfu;
using Tertulia.Sfu.Quality;

namespace Tertulia.Control.Meetings;

/// <summary>One participant, from joining to leaving. Its sockets may come and go in between.</summary>
internal sealed class ParticipantSession
{
    private static readonly JsonElement s_noMetadata = JsonElement.Parse("{}");

    private readonly SortedSet<TrackSource> _tracks = [];
    private readonly HashSet<TrackSource> _muted = [];

    public ParticipantSession(AdmissionRequest request, string displayName, DateTimeOffset joinedAt)
    {
        Request = request;
        DisplayName = displayName;
        JoinedAt = joinedAt;
        Metadata = request.Claims.MetadataJson is { } json ? JsonElement.Parse(json) : s_noMetadata;
    }

    public string PeerId => Request.PeerId;

    public ParticipantId Id => new(PeerId);

    public string DisplayName { get; }

    public string Role => Request.Claims.Role;

    public JsonElement Metadata { get; }

    /// <summary>Some of <see cref="MeetingGrants"/>.</summary>
    public IReadOnlyList<string> Grants => Request.Claims.Grants;

    public DateTimeOffset JoinedAt { get; }

    /// <summary>What it was admitted with: issues the resume tokens.</summary>
    public AdmissionRequest Request { get; }

    /// <summary>How this client negotiates; set when it is let in and never changed.</summary>
    public ParticipantDialect Dialect { get; set; } = null!;

    /// <summary>The socket in use; null while it is broken and the place is kept.</summary>
    public SignalingOutbox? Outbox { get; set; }

    /// <summary>Gives the place up when the client does not come back in time.</summary>
    public IDisposable? GivingUp { get; set; }

    public bool HandRaised { get; set; }

    /// <summary>Wants to read what is said.</summary>
    public bool ShowsCaptions { get; set; }

    /// <summary>True once media of its uplink has arrived at the SFU.</summary>
    public bool HasUplinkMedia { get; set; }

    /// <summary>How well its line carries the meeting.</summary>
    public LineQuality Quality { get; set; }

    public bool MayModerate => Grants.Contains(MeetingGrants.Moderate);

    public IEnumerable<TrackInfo> Tracks => _tracks.Select(source => new TrackInfo(TrackSources.NameOf(source), IsMuted(source)));

    /// <summary>Lost while the socket is broken: whoever comes back is told the state anew.</summary>
    public void Send(ServerMessage message) => Outbox?.Post(message);

    public void Send(byte[] utf8) => Outbox?.Post(utf8);

    /// <summary>Ends the socket in use, if any.</summary>
    public void CloseSocket(int code, string reason)
    {
        Outbox?.Close(code, reason);
        Outbox = null;
    }

    public IEnumerable<TrackSource> MutedSources => _muted;

    public bool IsMuted(TrackSource source) => _muted.Contains(source);

    /// <summary>False when that source was known already.</summary>
    public bool AddTrack(TrackSource source) => _tracks.Add(source);

    /// <summary>The mute state stays: a source that comes back is as silent as it was.</summary>
    public bool RemoveTrack(TrackSource source) => _tracks.Remove(source);

    /// <summary>False when it was so already.</summary>
    public bool SetMuted(TrackSource source, bool muted) => muted ? _muted.Add(source) : _muted.Remove(source);

    public ParticipantInfo Describe() => new(PeerId, DisplayName, Role, Metadata, HandRaised, [.. Tracks], Quality == LineQuality.Excellent ? null : QualityViews.NameOf(Quality));

    public PresentParticipant Present() => new(PeerId, DisplayName, Role, JoinedAt, [.. Tracks]);

    public ParticipantLeft Left(EventMoment moment, string reason) =>
        new(moment, PeerId, DisplayName, Role, reason, Math.Round((moment.Timestamp - JoinedAt).TotalSeconds, 3));

    public ParticipantSnapshot Snapshot() => new(PeerId, DisplayName, Role, JoinedAt, HandRaised, Outbox is not null, [.. Tracks]);
}

/// <summary>A participant as others may look at it.</summary>
/// <param name="Connected">False while its socket is broken and the place is kept for it.</param>
public sealed record ParticipantSnapshot(
    string PeerId, string DisplayName, string Role, DateTimeOffset JoinedAt, bool HandRaised, bool Connected, IReadOnlyList<TrackInfo> Tracks);
