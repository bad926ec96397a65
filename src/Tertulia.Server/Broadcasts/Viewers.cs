using System.Collections.Concurrent;
using System.Net;

namespace Tertulia.Server.Broadcasts;

/// <summary>How many watch, as far as this server sees: those who asked for the playlist of late. Behind a cache it sees the cache.</summary>
internal sealed class Viewers(TimeProvider time)
{
    private static readonly TimeSpan s_lasts = TimeSpan.FromSeconds(10);

    // A flood of invented browsers must not fill the memory.
    private const int MostKnown = 100_000;

    private readonly ConcurrentDictionary<(IPAddress?, string), long> _seen = new();
    private int _most;

    /// <summary>At once, so far.</summary>
    public int Most => Volatile.Read(ref _most);

    public void Saw(HttpContext context)
    {
        if (_seen.Count >= MostKnown) return;
        var agent = context.Request.Headers.UserAgent.ToString();
        _seen[(context.Connection.RemoteIpAddress, agent.Length > 200 ? agent[..200] : agent)] = time.GetTimestamp();
    }

    public int Count()
    {
        foreach (var (viewer, at) in _seen)
        {
            if (time.GetElapsedTime(at) > s_lasts) _seen.TryRemove(viewer, out _);
        }

        var count = _seen.Count;
        if (count > _most) Volatile.Write(ref _most, count);
        return count;
    }
}
