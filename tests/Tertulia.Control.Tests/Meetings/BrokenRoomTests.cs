namespace Tertulia.Control.Tests.Meetings;

/// <summary>A room that breaks down takes nobody out of the meeting for good.</summary>
public sealed class BrokenRoomTests
{
    [Fact]
    public async Task Clients_are_given_new_connections_or_asked_to_come_back()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        var cleo = await fixture.EnterTransportAsync("Cleo");
        await bob.SendAsync(new { type = "track", source = "microphone", muted = true });
        await ada.DrainAsync();

        fixture.Media.BreakDown();

        await cleo.AwaitAsync("reconnect");
        Assert.Equal(1001, await cleo.ClosedAsync());
        await ada.AwaitAsync("offer");
        await fixture.SettleAsync();
        Assert.Equal([$"peer-left {bob.PeerId} moved", $"offer {bob.PeerId}"], await ada.DrainAsync());
        Assert.Equal(2, fixture.Rooms.Count);
        Assert.Equal([$"add {ada.PeerId}", $"add {bob.PeerId}", $"mute {bob.PeerId} Microphone"], fixture.Media.Calls.Skip(1).Take(3));
    }

    [Fact]
    public async Task A_second_breakdown_at_once_sends_everyone_away()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterAsync("Ada");
        await ada.DrainAsync();

        fixture.Media.BreakDown();
        await ada.AwaitAsync("offer");
        fixture.Media.BreakDown();

        Assert.Equal(4500, await ada.ClosedAsync());
        await fixture.EnterAsync("Ada again");
    }
}
