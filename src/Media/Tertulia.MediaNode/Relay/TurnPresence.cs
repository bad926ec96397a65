using System.Collections.Concurrent;
using Tertulia.Turn;

namespace Tertulia.MediaNode.Relay;

/// <summary>
/// Whose credentials count: for five minutes after issue anybody's, from then on those of participants who are in their meeting. Who
/// has left needs new ones. Safe for use by any thread; asked only when an allocation is made or refreshed.
/// </summary>
internal sealed class TurnPresence : TurnAdmission
{
    /// <summary>Time from receiving credentials to being in the meeting.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private const int ForgetAt = 10_000;

    private readonly ConcurrentDictionary<string, bool> _present = [];

    // Until their last credentials are out of grace anyway.
    private readonly ConcurrentDictionary<string, long> _left = [];

    public void Enter(string id) => _present[id] = true;

    public void Leave(string id, long unixNow)
    {
        if (!_present.TryRemove(id, out _)) return;
        _left[id] = unixNow;
        if (_left.Count < ForgetAt) return;
        foreach (var (other, at) in _left)
        {
            if (unixNow - at > Grace.TotalSeconds) _left.TryRemove(other, out _);
        }
    }

    public override bool Admits(string id, long issued, long now)
    {
        if (_present.ContainsKey(id)) return true;
        if (now - issued > Grace.TotalSeconds || issued > now + Grace.TotalSeconds) return false;
        return !_left.TryGetValue(id, out var leftAt) || issued > leftAt;
    }
}
