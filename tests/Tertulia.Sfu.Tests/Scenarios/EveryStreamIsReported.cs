using Tertulia.Simulation;

namespace Tertulia.Sfu.Tests.Scenarios;

public sealed class EveryStreamIsReported
{
    [Fact]
    public void However_many_there_are()
    {
        using var meeting = new SimulatedMeeting(seed: 51);
        var publishers = Enumerable.Range(0, 18).Select(i => meeting.Join($"publisher{i}", sharesDownlink: true)).ToList();
        foreach (var publisher in publishers) (publisher.Camera.BitsPerSecond, publisher.Camera.FramesPerSecond) = (40_000, 5);
        var watcher = meeting.Join("watcher", sharesDownlink: true, onlyWatches: true);
        meeting.Run(TimeSpan.FromSeconds(4));

        var sent = meeting.Room.Find(watcher.Id)!.Connections[ConnectionKey.Downlink].Connection.Sender.Streams.Where(stream => stream.PacketsSent > 0).ToList();
        Assert.True(sent.Count > 16, $"{sent.Count} streams are sent");
        Assert.All(sent, stream => Assert.InRange(stream.ReportsReceived, 2, 5));
    }
}
