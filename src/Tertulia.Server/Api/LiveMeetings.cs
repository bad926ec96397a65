namespace Tertulia.Server.Api;

/// <summary>What the REST calls ask of meetings that are in memory.</summary>
internal sealed class LiveMeetings
{
    public int ParticipantCount(string meetingId) => 0;

    public Task<string> ReserveDisplayNameAsync(string meetingId) => Task.FromResult("Guest 1");

    public Task EndAsync(string meetingId, string reason) => Task.CompletedTask;

    public Task<bool> RemoveAsync(string meetingId, string peerId) => Task.FromResult(false);

    public Task<bool> MuteAsync(string meetingId, string peerId, string source) => Task.FromResult(false);
}
