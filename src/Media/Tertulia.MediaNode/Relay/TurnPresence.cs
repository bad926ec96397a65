using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
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

    // For clients that do not show their user name; by the first half of its hash.
    private readonly ConcurrentDictionary<UInt128, IssuedName> _names = [];
    private int _pruneNamesAt = ForgetAt;

    /// <summary>That user name was handed out.</summary>
    public void Remember(ReadOnlySpan<byte> userhash, byte[] username, string id, long unixNow)
    {
        _names[MemoryMarshal.Read<UInt128>(userhash)] = new(username, id, unixNow);
        if (_names.Count < _pruneNamesAt) return;
        foreach (var (hash, name) in _names)
        {
            if (!Admits(name.Id, name.Issued, unixNow)) _names.TryRemove(hash, out _);
        }

        _pruneNamesAt = Math.Max(ForgetAt, _names.Count * 2);
    }

    public override byte[]? FindUsername(ReadOnlySpan<byte> userhash) =>
        userhash.Length == SHA256.HashSizeInBytes && _names.TryGetValue(MemoryMarshal.Read<UInt128>(userhash), out var name) ? name.Username : null;

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

    private readonly record struct IssuedName(byte[] Username, string Id, long Issued);
}
