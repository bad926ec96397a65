using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Measures;

namespace Tertulia.LoadTest.Targets;

/// <summary>A server under load, started as a process of its own. A new peer to compare with is one more of these.</summary>
internal interface ITarget : IAsyncDisposable
{
    string Name { get; }

    int ProcessId { get; }

    /// <summary>Opens a room that takes this many participants.</summary>
    /// <returns>Its id, for <see cref="JoinAsync"/>.</returns>
    Task<string> OpenRoomAsync(int participants);

    /// <summary>Brings a client in; returns when its signaling has got as far as its first media can come from it.</summary>
    Task<TargetClient> JoinAsync(string room, ClientPlan plan, ClientLoop loop);

    /// <summary>What the server tells about its own memory management; null if it does not.</summary>
    Task<RuntimeCounters?> ReadCountersAsync();
}

/// <summary>What one client does in its room.</summary>
/// <param name="Media">What it publishes.</param>
/// <param name="Subscribes">Whether it receives everybody else.</param>
/// <param name="ViewHeight">Rows of pixels that it has for each picture, which chooses the encoding.</param>
internal sealed record ClientPlan(MediaProfile Media, bool Subscribes, int ViewHeight);
