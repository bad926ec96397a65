using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Tests.Sdp;

namespace Tertulia.Rtc.Tests;

public sealed class RedundantAudioTests
{
    private const byte Red = 63, Opus = 111;

    private readonly MediaReceiver _receiver = new(new PeerConnectionEvents());
    private readonly byte[] _datagram = new byte[1500];

    public RedundantAudioTests()
    {
        var offer = SdpSamples.Load("chromium-plain.offer");
        _receiver.Configure(SdpSamples.Answer(offer, _ => SectionAnswer.Receive, MediaPolicy.Default).Negotiated.Media);
    }

    [Fact]
    public void A_packet_goes_on_as_the_plain_one_it_stands_for()
    {
        Assert.True(Receive(100, 96_000, [Opus, 7, 8, 9], out var packet));
        Assert.Equal((Opus, 96_000u), (packet.Codec.PayloadType, packet.Timestamp));
        Assert.Equal([7, 8, 9], packet.Payload.ToArray());
        Assert.False(_receiver.TryTakeRepaired(Instant.Zero, out _));
    }

    [Fact]
    public void Lost_frames_come_back_under_their_own_numbers_once()
    {
        Receive(100, 96_000, [Opus, 1], out _);
        Assert.True(Receive(103, 98_880, [.. Copy(1920, 2), .. Copy(960, 2), Opus, 2, 2, 3, 3, 4], out var packet));
        Assert.Equal([4], packet.Payload.ToArray());
        Assert.Equal(("101 96960 2,2", "102 97920 3,3", ""), (Take(), Take(), Take()));

        // What was only late is thrown away, what came is not repeated.
        Assert.False(Receive(102, 97_920, [Opus, 3, 3], out _));
        Assert.True(Receive(104, 99_840, [.. Copy(1920, 2), .. Copy(960, 1), Opus, 3, 3, 4, 5], out _));
        Assert.Equal("", Take());
    }

    [Fact]
    public void Frames_that_nobody_took_are_forgotten_with_the_next_packet()
    {
        Receive(100, 96_000, [Opus, 1], out _);
        Receive(102, 97_920, [.. Copy(960, 1), Opus, 2, 3], out _);
        Receive(103, 98_880, [Opus, 4], out _);
        Assert.Equal("", Take());
    }

    [Theory]
    [InlineData(new byte[] { 0x80 | Opus, 0, 0 })]
    [InlineData(new byte[] { 0x80 | Opus, 0, 1, 255, Opus, 1 })]
    [InlineData(new byte[] { 99, 1 })]
    [InlineData(new byte[] { Red, 1 })]
    public void Damaged_and_foreign_payloads_are_dropped(byte[] payload) => Assert.False(Receive(100, 96_000, payload, out _));

    [Fact]
    public void More_blocks_than_anybody_sends_do_no_harm()
    {
        Receive(100, 96_000, [Opus, 1], out _);
        byte[] copies = [.. Enumerable.Range(1, 32).SelectMany(_ => Copy(960, 1))];
        Assert.True(Receive(200, 192_000, [.. copies, Opus, .. new byte[32], 9], out var packet));
        Assert.Equal([9], packet.Payload.ToArray());
        var taken = 0;
        while (_receiver.TryTakeRepaired(Instant.Zero, out _)) taken++;
        Assert.Equal(4, taken);
    }

    [Fact]
    public void Garbage_is_refused_quietly()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var payload = new byte[random.Next(64)];
            random.NextBytes(payload);
            if (payload.Length > 4) payload[random.Next(5)] = Opus;
            Receive((ushort)i, (uint)i * 960, payload, out _);
            while (_receiver.TryTakeRepaired(Instant.Zero, out _))
            {
            }
        }
    }

    private static byte[] Copy(int offset, int length) => [0x80 | Opus, (byte)(offset >> 6), (byte)(offset << 2 | length >> 8), (byte)length];

    private string Take() => _receiver.TryTakeRepaired(Instant.Zero, out var packet)
        ? $"{packet.SequenceNumber.Wire} {packet.Timestamp} {string.Join(',', packet.Payload.ToArray())}"
        : "";

    private bool Receive(ushort sequenceNumber, uint timestamp, byte[] payload, out ReceivedRtp packet)
    {
        var writer = new RtpWriter(_datagram, Red, false, sequenceNumber, timestamp, new Ssrc(953886953));
        return _receiver.Receive(Instant.Zero, _datagram.AsSpan(0, writer.WritePayload(payload)), out packet);
    }
}
