using System.Buffers.Binary;
using Tertulia.Rtc.Rtp;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Tests.Forwarding;

public sealed class PacketHistoryTests
{
    [Theory]
    [MemberData(nameof(Packets.Starts), MemberType = typeof(Packets))]
    public void Gives_back_the_last_packets_as_they_came(long start)
    {
        var history = new PacketHistory();
        for (var i = 0; i < 3000; i++) Store(history, start + i, 200 + i % 1000);

        var found = 0;
        for (var i = 0; i < 3000; i++)
        {
            if (!history.TryGet(new ExtendedSequenceNumber(start + i), out var packet)) continue;
            found++;
            Assert.Equal(200 + i % 1000, packet.Payload.Length);
            Assert.Equal(start + i, BinaryPrimitives.ReadInt64BigEndian(packet.Payload));
            Assert.Equal((byte)(start + i), packet.Payload[^1]);
        }

        Assert.InRange(found, 300, 512);
        Assert.True(history.TryGet(new ExtendedSequenceNumber(start + 2999), out _));
        Assert.False(history.TryGet(new ExtendedSequenceNumber(start + 3000), out _));
        Assert.False(history.TryGet(new ExtendedSequenceNumber(start + 3000 - 513), out _));
    }

    [Fact]
    public void Keeps_dependency_descriptors_beside_the_payload()
    {
        var history = new PacketHistory();
        for (byte i = 0; i < 10; i++) history.Store(Packets.Video(i, 0, [i, 1, 2], descriptor: new byte[i * 3]), default);
        for (byte i = 0; i < 10; i++)
        {
            Assert.True(history.TryGet(new ExtendedSequenceNumber(i), out var packet));
            Assert.Equal([i, 1, 2], packet.Payload.ToArray());
            Assert.Equal(i * 3, packet.DependencyDescriptor.Length);
        }
    }

    [Fact]
    public void Holds_a_second_of_four_megabits()
    {
        var history = new PacketHistory();
        for (var i = 0; i < 2000; i++) Store(history, i, 1150);
        for (var i = 2000 - 430; i < 2000; i++) Assert.True(history.TryGet(new ExtendedSequenceNumber(i), out _), $"packet {i}");
    }

    [Fact]
    public void Allocates_nothing_once_it_has_grown()
    {
        var history = new PacketHistory();
        var payload = new byte[1100];
        for (var i = 0; i < 2000; i++) history.Store(Packets.Video(i, 0, payload), default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2000; i < 12_000; i++) history.Store(Packets.Video(i, 0, payload), default);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Store(PacketHistory history, long sequenceNumber, int length)
    {
        var payload = new byte[length];
        BinaryPrimitives.WriteInt64BigEndian(payload, sequenceNumber);
        payload[^1] = (byte)sequenceNumber;
        history.Store(Packets.Video(sequenceNumber, 0, payload), default);
    }
}
