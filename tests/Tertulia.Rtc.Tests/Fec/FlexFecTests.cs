using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Fec;

public sealed class FlexFecTests
{
    [Fact]
    public void Any_one_packet_of_a_row_comes_back_byte_for_byte() =>
        Prop.ForAll<ushort, byte, byte>((first, rowSeed, lengthSeed) =>
        {
            var rowLength = FlexFecEncoder.MinRowLength + rowSeed % (FlexFecEncoder.MaxRowLength - FlexFecEncoder.MinRowLength + 1);
            var row = Enumerable.Range(0, rowLength)
                .Select(i => FecPackets.Media((ushort)(first + i), (lengthSeed * (i + 1) * 7) % 1200, variant: lengthSeed + i)).ToList();
            for (var lost = 0; lost < rowLength; lost++)
            {
                var recovered = Assert.Single(Transfer(row, rowLength, withDiagonals: false, index => index == lost, loseRepair: _ => false).Recovered);
                Assert.Equal(FecPackets.Recoverable(row[lost]), recovered);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Mutable_extensions_come_back_zero()
    {
        var packet = FecPackets.Media(5, 100, variant: 3);
        var recovered = FecPackets.Recoverable(packet);
        Assert.True(RtpPacket.TryParse(packet, out var before));
        Assert.True(RtpPacket.TryParse(recovered, out var after));
        Assert.True(after.TryGetExtension(FecPackets.TransportSequenceId, out var sequence));
        Assert.Equal(new byte[2], sequence.ToArray());
        Assert.True(before.TryGetExtension(FecPackets.VideoTimingId, out var sent));
        Assert.True(after.TryGetExtension(FecPackets.VideoTimingId, out var timing));
        Assert.Equal(sent[..7], timing[..7]);
        Assert.Equal(new byte[6], timing[7..].ToArray());
        Assert.Equal(before.Payload, after.Payload);
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(8, 7)]
    [InlineData(10, 9)]
    public void Diagonals_repair_every_burst_shorter_than_a_row(int rowLength, int burst)
    {
        var packets = Stream(rowLength * rowLength * 4, first: 65400);
        for (var start = rowLength * rowLength; start < rowLength * rowLength * 2; start++)
        {
            var (recovered, _) = Transfer(packets, rowLength, withDiagonals: true, index => index >= start && index < start + burst, loseRepair: _ => false);
            Assert.Equal(burst, recovered.Count);
        }
    }

    [Theory]
    [InlineData(5, true, 0.05, 0.001)]
    [InlineData(8, true, 0.03, 0.001)]
    [InlineData(4, false, 0.05, 0.012)]
    public void Scattered_loss_is_mostly_repaired(int rowLength, bool withDiagonals, double loss, double residual)
    {
        var random = new Random(1);
        var packets = Stream(20_000, first: 1);
        var lost = packets.Select(_ => random.NextDouble() < loss).ToList();
        var (recovered, repairs) = Transfer(packets, rowLength, withDiagonals, index => lost[index], _ => random.NextDouble() < loss);
        var left = lost.Count(isLost => isLost) - recovered.Count;
        Assert.True(left < packets.Count * residual, $"{left} of {packets.Count} packets stayed lost");
        Assert.InRange(repairs / (double)packets.Count, 0.9 / rowLength, (withDiagonals ? 2.0 : 1.0) / rowLength);
    }

    [Fact]
    public void Late_and_reordered_packets_are_protected_too()
    {
        var packets = new ushort[] { 10, 12, 9, 11, 14 }.Select(number => FecPackets.Media(number, 50)).ToList();
        foreach (var lost in Enumerable.Range(0, packets.Count))
            Assert.Equal(packets[lost][2..4], Assert.Single(Transfer(packets, 5, false, index => index == lost, _ => false).Recovered)[2..4]);
    }

    [Fact]
    public void A_row_can_end_early_and_stopping_forgets_it()
    {
        var encoder = new FlexFecEncoder(new Ssrc(1), FecPackets.Mutable);
        encoder.Add(FecPackets.Media(1, 50));
        Assert.Equal(0, encoder.DueLength);
        encoder.Start(10, withDiagonals: true);
        encoder.Add(FecPackets.Media(2, 50));
        encoder.Add(FecPackets.Media(3, 60));
        Assert.Equal((0, 2), (encoder.DueLength, encoder.Pending));
        encoder.EndRow();
        var decoder = new FlexFecDecoder(new Ssrc(1), FecPackets.Mutable);
        decoder.AddMedia(FecPackets.Media(3, 60));
        decoder.AddRepair(FlexFecHeaderTests.Take(encoder));
        Assert.True(decoder.TryTake(out var recovered));
        Assert.Equal(FecPackets.Media(2, 50), recovered);
        encoder.Add(FecPackets.Media(4, 50));
        encoder.Stop();
        encoder.EndRow();
        Assert.Equal(0, encoder.DueLength);
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        var encoder = new FlexFecEncoder(new Ssrc(1), FecPackets.Mutable);
        encoder.Start(5, withDiagonals: true);
        var packets = Enumerable.Range(0, 5).Select(i => FecPackets.Media((ushort)i, 1000, variant: 2)).ToArray();
        var payload = new byte[1500];
        AllocationAssert.None(() =>
        {
            foreach (var packet in packets)
            {
                encoder.Add(packet);
                while (encoder.DueLength > 0) encoder.TakeDue(payload);
            }
        });
    }

    [Fact]
    public void Damaged_repair_packets_are_no_more_than_lost()
    {
        var random = new Random(7);
        var decoder = new FlexFecDecoder(new Ssrc(1), FecPackets.Mutable);
        var encoder = new FlexFecEncoder(new Ssrc(1), FecPackets.Mutable);
        encoder.Start(3, withDiagonals: false);
        for (var round = 0; round < 6_000; round++)
        {
            var first = (ushort)(round * 5);
            for (var i = 0; i < 3; i++)
            {
                var packet = FecPackets.Media((ushort)(first + i), random.Next(200), round + i);
                encoder.Add(packet);
                if (random.Next(4) == 0) continue;
                if (random.Next(20) == 0) random.NextBytes(packet.AsSpan(random.Next(packet.Length)));
                decoder.AddMedia(packet);
            }

            var repair = FlexFecHeaderTests.Take(encoder);
            for (var flips = random.Next(4); flips > 0; flips--) repair[random.Next(repair.Length)] = (byte)random.Next(256);
            decoder.AddRepair(repair.AsSpan(0, random.Next(10) == 0 ? random.Next(repair.Length) : repair.Length));
            while (decoder.TryTake(out var recovered)) Assert.True(RtpPacket.TryParse(recovered, out _));
        }

        Assert.True(decoder.Recovered > 500 && decoder.Malformed > 500);
    }

    private static List<byte[]> Stream(int count, ushort first) =>
        [.. Enumerable.Range(0, count).Select(i => FecPackets.Media((ushort)(first + i), 20 + i % 50, variant: i))];

    private static (List<byte[]> Recovered, int Repairs) Transfer(
        List<byte[]> packets, int rowLength, bool withDiagonals, Func<int, bool> lose, Func<int, bool> loseRepair)
    {
        var encoder = new FlexFecEncoder(new Ssrc(1), FecPackets.Mutable);
        var decoder = new FlexFecDecoder(new Ssrc(1), FecPackets.Mutable);
        var recovered = new List<byte[]>();
        var repairs = 0;
        encoder.Start(rowLength, withDiagonals);
        for (var i = 0; i < packets.Count; i++)
        {
            encoder.Add(packets[i]);
            if (!lose(i)) decoder.AddMedia(packets[i]);
            while (encoder.DueLength > 0)
            {
                var repair = FlexFecHeaderTests.Take(encoder);
                if (!loseRepair(repairs++)) decoder.AddRepair(repair);
            }

            while (decoder.TryTake(out var packet)) recovered.Add(packet.ToArray());
        }

        return (recovered, repairs);
    }
}
