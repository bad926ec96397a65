using Tertulia.Rtc.Net;
using Tertulia.Simulation;
using Tertulia.Turn.Tests.Support;

namespace Tertulia.Turn.Tests;

/// <summary>Bytes from outside are never an exception and never a relay.</summary>
public sealed class HostileInputTests
{
    [Fact]
    public void Garbage_and_damaged_messages_do_no_harm()
    {
        var bench = new TurnBench();
        var client = bench.Client();
        client.Allocate();
        var random = new SeededEntropy(5);
        var outbox = new DatagramBatch();
        for (var i = 0; i < 200_000; i++)
        {
            var message = new byte[random.NextUInt32() % 120];
            random.Fill(message);
            if (message.Length >= 20 && i % 2 == 0)
            {
                // Something that gets past the first look.
                message[0] = (byte)(i % 3 == 0 ? 0x40 : 0);
                message[1] = (byte)(random.NextUInt32() % 10 | (i % 5 == 0 ? 0x10u : 0));
                (message[2], message[3]) = (0, (byte)(message.Length - 20 & ~3));
                (message[4], message[5], message[6], message[7]) = (0x21, 0x12, 0xa4, 0x42);
                Array.Resize(ref message, 20 + message[3]);
            }

            outbox.Clear();
            Assert.False(bench.Server.HandleClient(bench.Now, client.Path, message, outbox, out _));
            if (outbox.Count > 0) Assert.InRange(outbox.Datagram(0).Length, 20, 120);
        }

        Assert.Equal(1, bench.Server.AllocationCount);
    }

    [Theory]
    [InlineData(new byte[] { 0x40, 0, 0, 5 }, 12)]
    [InlineData(new byte[] { 0x4f, 0xff, 0, 0 }, 4)]
    [InlineData(new byte[] { 0x40, 0, 0xff, 0xff }, 65540)]
    [InlineData(new byte[] { 0, 1, 0, 8 }, 28)]
    public void Messages_in_a_stream_end_where_they_say(byte[] prefix, int expected)
    {
        Assert.True(TurnFraming.TryGetLength(prefix, out var length));
        Assert.Equal(expected, length);
    }

    [Theory]
    [InlineData(new byte[] { 0x90, 0, 0, 4 })]
    [InlineData(new byte[] { 0x16, 3, 1, 0 })]
    [InlineData(new byte[] { 0, 1, 0, 7 })]
    [InlineData(new byte[] { 0x80, 0, 0, 0 })]
    public void A_stream_that_is_none_is_noticed(byte[] prefix) => Assert.False(TurnFraming.TryGetLength(prefix, out _));
}
