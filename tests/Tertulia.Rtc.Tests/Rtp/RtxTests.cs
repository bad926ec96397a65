using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtp;

public sealed class RtxTests
{
    public static TheoryData<ushort> WrapPoints => Rtp.WrapPoints.All;

    [Fact]
    public void The_original_comes_back_whole() =>
        Prop.ForAll<byte[], ushort, ushort>((payload, number, rtxNumber) =>
        {
            var original = new byte[1200];
            var writer = new RtpWriter(original, 96, true, number, 1234, new Ssrc(1));
            writer.AddCsrc(new Ssrc(9));
            writer.AddExtension(3, [1, 2]);
            original = original[..writer.WritePayload(payload.AsSpan(0, Math.Min(payload.Length, 1000)), (byte)(number % 9))];

            var wrapped = new byte[1300];
            Assert.True(RtpPacket.TryParse(original, out var packet));
            wrapped = wrapped[..Rtx.Wrap(packet, wrapped, 97, new Ssrc(2), rtxNumber)];
            Assert.True(RtpPacket.TryParse(wrapped, out var rtx));
            Assert.Equal(97, rtx.PayloadType);
            Assert.Equal(new Ssrc(2), rtx.Ssrc);
            Assert.Equal(rtxNumber, rtx.SequenceNumber);
            Assert.Equal(packet.PaddingLength, rtx.PaddingLength);
            Assert.True(Rtx.TryReadPayload(rtx.Payload, out var read, out var rest));
            Assert.Equal(number, read);
            Assert.Equal(packet.Payload, rest);

            Assert.True(Rtx.TryUnwrap(wrapped, 96, new Ssrc(1), out var unwrapped));
            Assert.Equal(original, unwrapped.ToArray());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("80610001000000020000000300")] // half an OSN
    [InlineData("A061000100000002000000030000000004")] // padding alone
    [InlineData("8061")]
    public void Packets_without_an_original_are_refused(string hex) =>
        Assert.False(Rtx.TryUnwrap(Convert.FromHexString(hex), 96, new Ssrc(1), out _));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void The_original_sequence_number_is_kept(ushort number)
    {
        Span<byte> payload = stackalloc byte[3];
        Rtx.WriteOriginalSequenceNumber(payload, number);
        Assert.True(Rtx.TryReadPayload(payload, out var read, out var rest));
        Assert.Equal(number, read);
        Assert.Equal(1, rest.Length);
    }

    [Fact]
    public void Damaged_packets_are_survived()
    {
        var buffer = new byte[1500];
        Fuzz.Run(
            bytes =>
            {
                bytes.CopyTo(buffer);
                if (Rtx.TryUnwrap(buffer.AsSpan(0, bytes.Length), 96, new Ssrc(1), out var original)
                    && !RtpPacket.TryParse(original, out _)) throw new InvalidOperationException("The original is no RTP packet.");
            },
            100_000,
            Convert.FromHexString("B1E1FFFE01020304DEADBEEF11223344BEDE000210AA000031BBCC000005DDEE000003"));
    }
}
