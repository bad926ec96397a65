using Tertulia.MediaNode;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Taps;

namespace Tertulia.Media.Tests.Node;

public sealed class TapQueueTests
{
    private static readonly TapStream s_stream = new(1, "ada", TapSource.Camera, CodecKind.Vp8, 90_000, 0);

    [Fact]
    public async Task What_one_thread_says_another_hears_in_order_around_the_ring_many_times()
    {
        const int count = 200_000;
        var queue = new TapQueue(256 * 1024);
        var heard = new Listener();
        var reader = Task.Run(() =>
        {
            var replay = new TapReplay();
            while (heard.Packets < count)
            {
                if (!queue.TryPeek(out var record)) continue;
                Assert.True(replay.TryReplay(record, heard));
                queue.Release(record.Length);
            }
        });
        queue.OnStream(Instant.Zero, s_stream);
        var payload = new byte[1300];
        for (var i = 0; i < count; i++)
        {
            payload[0] = (byte)i;
            var packet = Packet(i, payload.AsSpan(0, 1 + i % 1300));
            while (queue.Dropped(TapDropReason.QueueFull) is var before)
            {
                queue.OnPacket(packet);
                if (queue.Dropped(TapDropReason.QueueFull) == before) break;
                Thread.Yield();
            }
        }

        await reader.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(count, heard.Packets);
        Assert.Equal(0, heard.Damaged);
        Assert.Equal(queue.Dropped(TapDropReason.QueueFull), heard.Dropped);
    }

    [Fact]
    public void A_full_queue_drops_packets_counts_them_and_still_says_that_a_stream_began()
    {
        var queue = new TapQueue(256 * 1024);
        queue.OnStream(Instant.Zero, s_stream);
        for (var i = 0; i < 1000; i++) queue.OnPacket(Packet(i, new byte[1200]));
        var dropped = queue.Dropped(TapDropReason.QueueFull);
        Assert.InRange(dropped, 750, 950);
        queue.OnStream(Instant.Zero, s_stream with { Id = 2 });
        queue.OnPacket(Packet(1000, new byte[5000]));
        Assert.Equal(1, queue.Dropped(TapDropReason.TooLarge));

        var heard = new Listener();
        var replay = new TapReplay();
        while (queue.TryPeek(out var record))
        {
            Assert.True(replay.TryReplay(record, heard));
            queue.Release(record.Length);
        }

        Assert.Equal(1000 - dropped, heard.Packets);
        Assert.Equal(2, heard.Streams);
        queue.OnPacket(Packet(1001, new byte[10]));
        Assert.True(queue.TryPeek(out var note));
        Assert.True(replay.TryReplay(note, heard));
        Assert.Equal(dropped, heard.Dropped);
    }

    [Fact]
    public async Task A_reader_that_sleeps_is_woken_by_what_comes_every_time()
    {
        const int count = 20_000;
        using var queue = new TapQueue(256 * 1024);
        using var heard = new SemaphoreSlim(0);
        var reader = Task.Factory.StartNew(
            () =>
            {
                while (!queue.IsClosed)
                {
                    queue.WaitForMore();
                    while (queue.TryPeek(out var record))
                    {
                        queue.Release(record.Length);
                        heard.Release();
                    }
                }
            },
            TaskCreationOptions.LongRunning);
        for (var i = 0; i < count; i++)
        {
            queue.OnPacket(Packet(i, new byte[10]));
            Assert.True(await heard.WaitAsync(TimeSpan.FromSeconds(30)), $"nobody was woken for packet {i}");
        }

        queue.OnClosed(Instant.Zero);
        await reader.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static TappedPacket Packet(int number, ReadOnlySpan<byte> payload) => new()
    {
        Stream = s_stream,
        At = new Instant(number),
        Codec = CodecKind.Vp8,
        SequenceNumber = new ExtendedSequenceNumber(number),
        Timestamp = (uint)number,
        Marker = true,
        Payload = payload,
    };

    private sealed class Listener : IMediaTap
    {
        public int Packets { get; private set; }

        public int Streams { get; private set; }

        public int Damaged { get; private set; }

        public long Dropped { get; private set; }

        public void OnStream(Instant now, TapStream stream) => Streams++;

        public void OnPacket(in TappedPacket packet)
        {
            var number = packet.SequenceNumber.Value;
            if (packet.Payload.Length is not 1200 && (number != Packets || packet.Payload.Length != 1 + number % 1300 || packet.Payload[0] != (byte)number)) Damaged++;
            Packets++;
        }

        public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
        {
        }

        public void OnStreamEnded(Instant now, TapStream stream)
        {
        }

        public void OnDropped(Instant now, long packets) => Dropped += packets;

        public void OnClosed(Instant now)
        {
        }
    }
}
