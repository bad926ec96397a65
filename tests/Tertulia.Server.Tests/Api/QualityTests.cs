using System.Net;
using Tertulia.Server.Tests.Signaling;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed class QualityTests
{
    [Fact]
    public async Task What_a_participant_gets_can_be_asked_for_while_the_meeting_runs()
    {
        await using var server = await TestServer.StartAsync();
        var meetingId = await SignalingSocket.CreateMeetingAsync(server);
        await using var ada = await SignalingSocket.JoinAsync(server, meetingId, "Ada");
        await ada.AwaitAsync("offer");
        await ada.SendAsync(new { type = "answer", to = "sfu", sdp = new { type = "answer", sdp = TestSdp.Answer("sendonly") } });
        await using var bob = await SignalingSocket.JoinAsync(server, meetingId, "Bob", SignalingSocket.Transport);
        await ada.AwaitAsync("peer-joined");
        await ada.OfferAsync(bob.PeerId, TestSdp.Offer());
        await ada.AwaitAsync("answer");

        var quality = await server.Client.GetAsync($"/api/meetings/{meetingId}/participants/{ada.PeerId}/quality").JsonAsync();
        Assert.Equal((ada.PeerId, "excellent"), (quality.Text("peerId"), quality.Text("quality")));
        Assert.Equal("connecting", quality.GetProperty("uplink").Text("state"));
        var downlink = quality.GetProperty("downlinks").EnumerateArray().Single();
        Assert.Equal((bob.PeerId, "connecting", "start"), (downlink.Text("peerId"), downlink.Text("state"), downlink.Text("estimateReason")));
        Assert.True(downlink.GetProperty("estimate").GetInt64() > 0);

        await server.Client.GetAsync($"/api/meetings/{meetingId}/participants/nobody/quality").ProblemAsync(HttpStatusCode.NotFound, "participant-unknown");
        using var other = await server.AddAccountAsync("acc_other");
        await other.GetAsync($"/api/meetings/{meetingId}/participants/{ada.PeerId}/quality").ProblemAsync(HttpStatusCode.NotFound, "meeting-unknown");
        await server.Client.PostAsync($"/api/meetings/{meetingId}/end", null).JsonAsync();
        await server.Client.GetAsync($"/api/meetings/{meetingId}/participants/{ada.PeerId}/quality").ProblemAsync(HttpStatusCode.Conflict, "wrong-state");
    }
}
