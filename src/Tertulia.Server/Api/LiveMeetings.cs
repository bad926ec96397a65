using Tertulia.Contracts.Rest;
using Tertulia.Control.Meetings;

namespace Tertulia.Server.Api;

/// <summary>What the REST calls ask of meetings that are in memory, or may be soon.</summary>
internal sealed class LiveMeetings(MeetingDirectory directory)
{
    public int ParticipantCount(string meetingId) => directory.FindLive(meetingId)?.ParticipantCount ?? 0;

    public async Task<string> ReserveDisplayNameAsync(string meetingId) =>
        await directory.GetAsync(meetingId) is { } meeting ? await meeting.ReserveDisplayNameAsync() : throw ApiProblem.MeetingEnded();

    public Task EndAsync(string meetingId, string reason) => directory.EndAsync(meetingId, reason);

    /// <summary>False if there is no such participant; likewise below.</summary>
    public Task<bool> RemoveAsync(string meetingId, string peerId) =>
        directory.FindLive(meetingId)?.RemoveAsync(peerId) ?? Task.FromResult(false);

    /// <summary>Null if there is no such participant.</summary>
    public Task<ParticipantQualityView?> GetQualityAsync(string meetingId, string peerId) =>
        directory.FindLive(meetingId)?.GetQualityAsync(peerId) ?? Task.FromResult<ParticipantQualityView?>(null);

    public Task<bool> MuteAsync(string meetingId, string peerId, string source) =>
        TrackSources.TryParse(source, out var parsed) && directory.FindLive(meetingId) is { } meeting
            ? meeting.MuteAsync(peerId, parsed)
            : Task.FromResult(false);
}
