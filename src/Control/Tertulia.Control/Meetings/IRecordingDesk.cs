namespace Tertulia.Control.Meetings;

/// <summary>Recording as meetings see it. Its real form stands above this floor, where services and meetings meet.</summary>
public interface IRecordingDesk
{
    /// <summary>What a host asked for. Called outside of the mailbox, and calls back into it.</summary>
    /// <param name="by">The host's display name.</param>
    /// <returns>Why it was not done, for people; null if it was.</returns>
    Task<string?> StartAsync(string meetingId, string by);

    /// <inheritdoc cref="StartAsync"/>
    Task<string?> StopAsync(string meetingId, string by);
}

/// <summary>The same of broadcasts.</summary>
public interface IBroadcastDesk
{
    /// <inheritdoc cref="IRecordingDesk.StartAsync"/>
    Task<string?> StartAsync(string meetingId, string by);

    /// <inheritdoc cref="IRecordingDesk.StartAsync"/>
    Task<string?> StopAsync(string meetingId, string by);
}
