using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Control.Meetings.Dialects;

/// <summary>
/// When a participant's connections are to be built anew: at once after the first failure, ever more slowly while the new
/// ones fail too, so that a client that cannot connect at all does not keep the server busy.
/// </summary>
internal sealed class Rebuilds(MeetingContext meeting, Func<ConnectionKey, ValueTask> rebuild)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private readonly Dictionary<ConnectionKey, Progress> _connections = [];

    public ValueTask OnStateAsync(ConnectionKey connection, PeerConnectionState state)
    {
        switch (state)
        {
            case PeerConnectionState.Connected:
                Cancel(connection);
                break;
            case PeerConnectionState.Disconnected:
                // It may revive by itself: the client's network was away for a moment.
                Schedule(connection, meeting.Options.DisconnectedWindow);
                break;
            case PeerConnectionState.Failed:
                return AskAsync(connection);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The connection is broken: now, or as soon as it is its turn again.</summary>
    public ValueTask AskAsync(ConnectionKey connection)
    {
        var progress = Of(connection);
        var due = progress.NotBefore - meeting.Now;
        if (due <= TimeSpan.Zero) return RunAsync(connection);
        Schedule(connection, due);
        return ValueTask.CompletedTask;
    }

    /// <summary>That connection is no more, or is made by other means.</summary>
    public void Forget(ConnectionKey connection)
    {
        Cancel(connection);
        _connections.Remove(connection);
    }

    public void Stop()
    {
        foreach (var progress in _connections.Values) progress.Pending?.Dispose();
        _connections.Clear();
    }

    private ValueTask RunAsync(ConnectionKey connection)
    {
        var progress = Of(connection);
        Cancel(connection);
        // Another failure soon after doubles the pause; a connection that held for long starts over.
        progress.Pause = meeting.Now - progress.NotBefore > s_longest ? TimeSpan.FromSeconds(1) : Min(progress.Pause * 2, s_longest);
        progress.NotBefore = meeting.Now + progress.Pause;
        return rebuild(connection);
    }

    private void Schedule(ConnectionKey connection, TimeSpan delay)
    {
        var progress = Of(connection);
        progress.Pending ??= meeting.Timers.After(delay, () => RunAsync(connection));
    }

    private void Cancel(ConnectionKey connection)
    {
        if (!_connections.TryGetValue(connection, out var progress)) return;
        progress.Pending?.Dispose();
        progress.Pending = null;
    }

    private Progress Of(ConnectionKey connection)
    {
        if (!_connections.TryGetValue(connection, out var progress)) _connections[connection] = progress = new Progress();
        return progress;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class Progress
    {
        public IDisposable? Pending { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(0.5);
    }
}
