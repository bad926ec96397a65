using System.Collections.Concurrent;
using Tertulia.LoadTest.Targets;

namespace Tertulia.LoadTest.Measures;

/// <summary>From opening a WebSocket to the first media packet, of all who came.</summary>
internal sealed class JoinTimes
{
    private ConcurrentBag<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    /// <summary>Takes the time of this client when it has come.</summary>
    public void Watch(TargetClient client) => _ = client.FirstMedia.ContinueWith(
        first => _milliseconds.Add(first.Result.TotalMilliseconds), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    /// <param name="forgets">Only those from now on count.</param>
    public void Restart(bool forgets)
    {
        if (forgets) _milliseconds = [];
    }

    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(int)Math.Ceiling(sorted.Count * share) - 1];
    }
}
