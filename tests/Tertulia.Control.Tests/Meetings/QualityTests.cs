using Tertulia.Sfu;
using Tertulia.Sfu.Quality;

namespace Tertulia.Control.Tests.Meetings;

public sealed class QualityTests
{
    [Fact]
    public async Task Everyone_hears_of_a_line_that_got_worse_and_newcomers_find_it_in_their_welcome()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterAsync("Bob");
        await ada.DrainAsync();
        await bob.DrainAsync();

        fixture.Media.Report(new RoomEvent.QualityChanged(new ParticipantId(bob.PeerId), LineQuality.Poor));

        var toAda = await ada.NextAsync("quality");
        Assert.Equal((bob.PeerId, "poor"), (toAda.GetProperty("peerId").GetString(), toAda.GetProperty("quality").GetString()));
        var toBob = await bob.NextAsync("quality");
        Assert.Equal(("local", "poor"), (toBob.GetProperty("peerId").GetString(), toBob.GetProperty("quality").GetString()));

        var welcome = await (await fixture.JoinAsync("Cleo")).NextAsync("welcome");
        var present = welcome.GetProperty("participants").EnumerateArray().ToDictionary(one => one.GetProperty("peerId").GetString()!);
        Assert.Equal("poor", present[bob.PeerId].GetProperty("quality").GetString());
        Assert.False(present[ada.PeerId].TryGetProperty("quality", out _));
    }

    [Fact]
    public async Task A_report_on_somebody_who_has_left_reaches_nobody()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        fixture.Media.Report(new RoomEvent.QualityChanged(new ParticipantId("gone"), LineQuality.Lost));
        await fixture.Media.UntilReadAsync();
        Assert.DoesNotContain(await ada.DrainAsync(), message => message.StartsWith("quality", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_gets_can_be_asked_for_while_it_is_there()
    {
        await using var fixture = await MeetingFixture.CreateAsync();
        var ada = await fixture.EnterTransportAsync("Ada");
        var meeting = await fixture.MeetingAsync();
        var view = await meeting.GetQualityAsync(ada.PeerId);
        Assert.Equal((ada.PeerId, "good", fixture.Time.GetUtcNow()), (view!.PeerId, view.Quality, view.At));
        Assert.Null(await meeting.GetQualityAsync("nobody"));
    }
}
