namespace Tertulia.MediaNode.Relay;

/// <summary>The relayed ports of all loops, and which loop has which. Safe for use by any thread.</summary>
internal sealed class RelayRange(int first, int last)
{
    private const int Nobody = 0;

    private readonly int[] _owners = new int[last - first + 1]; // index of the loop + 1

    public int First { get; } = first;

    public int Count => _owners.Length;

    public bool Contains(int port) => (uint)(port - First) < (uint)_owners.Length;

    /// <summary>False if a loop has it already.</summary>
    public bool TryClaim(int port, int loop) => Interlocked.CompareExchange(ref _owners[port - First], loop + 1, Nobody) == Nobody;

    public void Release(int port) => Volatile.Write(ref _owners[port - First], Nobody);

    /// <summary>The loop that relays at that port, or -1.</summary>
    public int OwnerOf(int port) => Contains(port) ? Volatile.Read(ref _owners[port - First]) - 1 : -1;
}
