using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.MediaNode;

/// <summary>
/// Where what reached the wrong loop belongs. A check tells by its user name, and what else comes from its address then goes there
/// too. Nothing is proved here: the other loop looks at it as if it had come there.
/// </summary>
internal sealed class StrayFlows(int own, int loops)
{
    // Checks that were made up fill it, and then those who are really there are learned anew from their next check.
    private const int MaxFlows = 16_384;

    private readonly Dictionary<TransportAddress, int> _owners = [];

    public bool TryFind(in NetworkPath path, ReadOnlySpan<byte> datagram, bool isStun, out int owner)
    {
        owner = own;
        if (loops == 1) return false;
        if (!isStun) return _owners.TryGetValue(path.Remote, out owner);
        if (!StunMessage.TryParse(datagram, out var message)) return false;
        owner = LoopFragments.LoopOf(message.Username);
        if (owner < 0 || owner >= loops || owner == own) return false;
        if (_owners.Count >= MaxFlows) _owners.Clear();
        _owners[path.Remote] = owner;
        return true;
    }
}
