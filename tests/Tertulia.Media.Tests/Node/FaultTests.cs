using System.Net;
using System.Reflection;
using Tertulia.MediaNode;
using Tertulia.Rtc;
using Tertulia.Sfu;

namespace Tertulia.Media.Tests.Node;

/// <summary>A broken invariant closes what it belongs to and nothing else. The tests break one by force.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly List<MediaFault> _faults = [];
    private Tertulia.MediaNode.MediaNode _node = null!;

    public Task InitializeAsync()
    {
        _node = Tertulia.MediaNode.MediaNode.Start(new() { Loops = 1, AdvertisedAddresses = [IPAddress.Loopback], FaultHandler = OnFault });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public Task A_fault_of_one_connection_closes_that_connection() =>
        OnlyTheBrokenConnectionCloses(connection => Break(connection.Connection, "_rtcp"));

    /// <summary>It shows while a packet of the publisher, whose connection is whole, is handled.</summary>
    [Fact]
    public Task A_fault_while_forwarding_closes_the_receivers_connection() =>
        OnlyTheBrokenConnectionCloses(connection =>
        {
            foreach (var section in connection.Sections) Break(section.Subscription!, "_rewriter");
        });

    private async Task OnlyTheBrokenConnectionCloses(Action<RoomConnection> breakIt)
    {
        var room = _node.OpenRoom("hall");
        using var publisher = await JoinAsync(room, "publisher", 1);
        using var first = await JoinAsync(room, "first", 2);
        using var second = await JoinAsync(room, "second", 3);
        await publisher.ConnectAsync(ConnectionKey.Uplink);
        var key = ConnectionKey.DownlinkOf(publisher.Id);
        await first.ConnectAsync(key);
        await second.ConnectAsync(key);
        SocketBrowser.PumpUntil(() => first.ReceivedPackets > 20 && second.ReceivedPackets > 20, publisher, first, second);

        await room.InvokeAsync((r, _) =>
        {
            breakIt(r.Find(first.Id)!.Connections[key]);
            return true;
        });
        SocketBrowser.PumpUntil(() => _node.Statistics.Loops[0].ConnectionFaults == 1, publisher, first, second);
        var seen = second.ReceivedPackets;
        SocketBrowser.PumpUntil(() => second.ReceivedPackets > seen + 100, publisher, first, second);

        Assert.Equal(("hall", "first"), (_faults[0].RoomId, _faults[0].Connection!.Split(' ')[0]));
        Assert.IsType<NullReferenceException>(_faults[0].Exception);
        Assert.Equal(0, await room.InvokeAsync((r, _) => r.Find(first.Id)!.Connections.Count));
        Assert.Equal(0, _node.Statistics.Loops[0].RoomFaults);
        var events = new List<RoomEvent>();
        while (room.Events.TryRead(out var happened)) events.Add(happened);
        Assert.Contains(new RoomEvent.ConnectionStateChanged(first.Id, key, PeerConnectionState.Failed), events);
        Assert.Contains(new RoomEvent.ConnectionStateChanged(second.Id, key, PeerConnectionState.Connected), events);
        Assert.Contains(new RoomEvent.TrackStarted(publisher.Id, TrackSource.Camera), events);
    }

    [Fact]
    public async Task A_fault_of_one_room_closes_that_room()
    {
        var broken = _node.OpenRoom("broken");
        var whole = _node.OpenRoom("whole");
        await broken.InvokeAsync((r, _) => Break(r, "_speakers"));
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => broken.Events.Completion.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.IsType<NullReferenceException>(fault);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await broken.InvokeAsync((r, _) => r.ParticipantCount));
        Assert.Equal(0, await whole.InvokeAsync((r, _) => r.ParticipantCount));
        Assert.Equal(1, _node.Statistics.Loops[0].RoomFaults);
        Assert.Equal(0, _node.Statistics.Loops[0].LoopFaults);
        Assert.Equal("broken", _faults[0].RoomId);
        await broken.DisposeAsync();
    }

    private static void Break(object target, string fieldName)
    {
        var field = target.GetType().GetField(fieldName, BindingFlags.Instance | BindingFlags.NonPublic);
        Assert.NotNull(field);
        field.SetValue(target, null);
    }

    private static async Task<SocketBrowser> JoinAsync(MediaRoom room, string id, ulong seed)
    {
        var browser = new SocketBrowser(room, id, seed);
        await room.InvokeAsync((r, now) => r.AddParticipant(now, browser.Id));
        return browser;
    }

    private void OnFault(MediaFault fault)
    {
        lock (_faults) _faults.Add(fault);
        throw new InvalidOperationException("handlers can fail too");
    }
}
