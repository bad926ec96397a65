using System.Buffers.Binary;
using Tertulia.Simulation;
using Xunit.Abstractions;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Redundant audio: bought on the way up, and on the way down built for whoever loses packets and takes it.</summary>
public sealed class VoicesOverLossyLines(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.05, 1, 0.01)]
    [InlineData(0.15, 1, 0.03)]
    [InlineData(0.05, 2, 0.03)]
    public void A_lossy_receiver_hears_nearly_everything(double loss, double burst, double concealed)
    {
        using var meeting = new SimulatedMeeting(seed: 31);
        var ada = meeting.Join("ada", knowsRed: false);
        var (ben, carl) = (meeting.Join("ben"), meeting.Join("carl"));
        Lose(ben.Downlink, loss, burst);
        meeting.Run(TimeSpan.FromSeconds(5));
        var (lossy, clean) = (ben.Hears(ada)!, carl.Hears(ada)!);
        lossy.Ear.Reset();
        meeting.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(lossy.Ear.Concealed, 0, concealed);
        Assert.True(lossy.Ear.Recovered > 60, $"recovered {lossy.Ear.Recovered}");
        Assert.Equal((0, 0), (lossy.Ear.Misplaced, clean.Ear.Misplaced));
        Assert.Equal(0, clean.Ear.Recovered);
    }

    /// <summary>Firefox takes no redundant payloads.</summary>
    [Theory]
    [InlineData(0.05, 1, 0.01)]
    [InlineData(0.15, 1, 0.03)]
    [InlineData(0.05, 2, 0.03)]
    public void So_does_one_who_takes_no_redundant_payloads(double loss, double burst, double concealed)
    {
        using var meeting = new SimulatedMeeting(seed: 36);
        var ada = meeting.Join("ada");
        var (fox, finn) = (meeting.Join("fox", knowsRed: false), meeting.Join("finn", knowsRed: false));
        Lose(fox.Downlink, loss, burst);
        meeting.Run(TimeSpan.FromSeconds(5));
        fox.Hears(ada)!.Ear.Reset();
        var sent = new SentOnce();
        meeting.Network.Sent = sent.Note;
        meeting.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(fox.Hears(ada)!.Ear.Concealed, 0, concealed);
        Assert.Equal(0, fox.Hears(ada)!.Ear.Misplaced);

        // Two voices, of 50 packets a second.
        output.WriteLine($"{EchoesTo(meeting, fox)} sent again, {fox.Hears(ada)!.Ear.Concealed:P2} concealed");
        Assert.InRange(EchoesTo(meeting, fox), 5000, 65 * 2 * 50 * 2);
        Assert.Equal(0, EchoesTo(meeting, finn));

        // A second encryption under the same index would give AES-GCM's authentication key away (RFC 7714 section 8.1).
        Assert.InRange(sent.Again, 5000, 65 * 2 * 50 * 2);
        Assert.Equal(0, sent.UnderTheSameIndex);
    }

    [Fact]
    public void Repeating_ends_with_the_losses_and_allocates_nothing()
    {
        using var meeting = new SimulatedMeeting(seed: 37);
        var ada = meeting.Join("ada");
        var fox = meeting.Join("fox", knowsRed: false);
        ada.Camera.IsOn = fox.Camera.IsOn = false;
        Lose(fox.Downlink, 0.1, 1);
        meeting.Run(TimeSpan.FromSeconds(10));
        var (allocated, echoes) = (meeting.BytesAllocatedForDatagrams, EchoesTo(meeting, fox));
        meeting.Run(TimeSpan.FromSeconds(10));
        Assert.True(EchoesTo(meeting, fox) > echoes + 300);
        Assert.Equal(0, meeting.BytesAllocatedForDatagrams - allocated);

        Lose(fox.Downlink, 0, 1);
        meeting.Run(TimeSpan.FromSeconds(40));
        echoes = EchoesTo(meeting, fox);
        meeting.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(echoes, EchoesTo(meeting, fox));
    }

    [Theory]
    [InlineData(0.05, 0.01)]
    [InlineData(0.15, 0.03)]
    public void A_publishers_losses_are_made_good_for_everyone(double loss, double concealed)
    {
        using var meeting = new SimulatedMeeting(seed: 32);
        var ada = meeting.Join("ada");
        var (ben, fox) = (meeting.Join("ben"), meeting.Join("fox", knowsRed: false));
        meeting.Run(TimeSpan.FromSeconds(2));
        Lose(ada.Uplink, loss, 1);
        ben.Hears(ada)!.Ear.Reset();
        fox.Hears(ada)!.Ear.Reset();
        meeting.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(ben.Hears(ada)!.Ear.Concealed, 0, concealed);
        Assert.InRange(fox.Hears(ada)!.Ear.Concealed, 0, concealed);
        Assert.Equal((0, 0), (ben.Hears(ada)!.Ear.Misplaced, fox.Hears(ada)!.Ear.Misplaced));
    }

    [Fact]
    public void Copies_end_when_the_losses_have()
    {
        using var meeting = new SimulatedMeeting(seed: 33);
        var ada = meeting.Join("ada");
        var ben = meeting.Join("ben");
        Lose(ben.Downlink, 0.05, 1);
        meeting.Run(TimeSpan.FromSeconds(10));
        Lose(ben.Downlink, 0, 1);
        meeting.Run(TimeSpan.FromSeconds(25));
        var subscription = meeting.Room.Find(ben.Id)!.Connections[ConnectionKey.DownlinkOf(ada.Id)].Sections[0].Subscription!;

        Assert.True(subscription.TakesRedundantAudio);
        Assert.Equal(0, subscription.RepairOverhead);
    }

    [Fact]
    public void What_was_said_while_muted_does_not_come_out_as_a_copy()
    {
        using var meeting = new SimulatedMeeting(seed: 34);
        var ada = meeting.Join("ada", knowsRed: false);
        var ben = meeting.Join("ben");
        Lose(ben.Downlink, 0.15, 1);
        meeting.Run(TimeSpan.FromSeconds(10));
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Microphone, true);
        meeting.Run(TimeSpan.FromSeconds(1));

        // What is still on its way arrives after the microphone was opened.
        const int InFlight = 2;
        var said = ada.Microphone.Packets - InFlight;
        var leaked = false;
        ben.Hears(ada)!.Ear.Reset();
        ben.Hears(ada)!.Ear.OnFrame = count => leaked |= count <= said;
        meeting.Room.SetMuted(meeting.Now, ada.Id, TrackSource.Microphone, false);
        meeting.Run(TimeSpan.FromSeconds(1));

        Assert.True(ben.Hears(ada)!.Ear.Heard > 30);
        Assert.False(leaked);
    }

    [Fact]
    public void Taking_apart_recovering_and_copying_allocate_nothing()
    {
        using var meeting = new SimulatedMeeting(seed: 35);
        var ada = meeting.Join("ada");
        var ben = meeting.Join("ben");
        ada.Camera.IsOn = ben.Camera.IsOn = false;
        Lose(ada.Uplink, 0.1, 1);
        Lose(ben.Downlink, 0.1, 1);
        meeting.Run(TimeSpan.FromSeconds(20));
        var (allocated, recovered) = (meeting.BytesAllocatedForDatagrams, ben.Hears(ada)!.Ear.Recovered);
        meeting.Run(TimeSpan.FromSeconds(20));
        Assert.True(ben.Hears(ada)!.Ear.Recovered > recovered + 50);
        Assert.Equal(0, meeting.BytesAllocatedForDatagrams - allocated);
    }

    private static long EchoesTo(SimulatedMeeting meeting, SimulatedBrowser receiver) =>
        meeting.Room.Find(receiver.Id)!.Connections.Values.Sum(connection => connection.Connection.Sender.EchoesSent);

    /// <summary>Looks at every datagram of the server: RTP of one stream and sequence number, in one minute, must be one ciphertext.</summary>
    private sealed class SentOnce
    {
        private readonly Dictionary<(Rtc.Net.TransportAddress, uint Ssrc, ushort Sequence), byte[]> _seen = [];

        public long Again { get; private set; }

        public long UnderTheSameIndex { get; private set; }

        public void Note(Rtc.Net.NetworkPath path, byte[] datagram)
        {
            if (path.Remote == SimulatedMeeting.ServerAddress || datagram[0] is < 128 or >= 192 || Rtc.Rtcp.RtcpPacket.LooksLikeRtcp(datagram)) return;
            var index = (path.Remote, BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(8)), BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2)));
            if (!_seen.TryAdd(index, datagram)) (Again, UnderTheSameIndex) = (Again + 1, UnderTheSameIndex + (_seen[index].AsSpan().SequenceEqual(datagram) ? 0 : 1));
        }
    }

    private static void Lose(Link link, double loss, double burst) => (link.Conditions.Loss, link.Conditions.BurstLength) = (loss, burst);
}
