using Tertulia.Control.Meetings;

namespace Tertulia.Control.Tests.Meetings;

public sealed class SignalingOutboxTests
{
    [Fact]
    public async Task What_was_posted_before_the_close_is_still_sent_in_order()
    {
        var outbox = new SignalingOutbox();
        byte[][] messages = [[1], [2], [3]];
        foreach (var message in messages) Assert.True(outbox.Post(message));
        outbox.Close(4003, "removed");
        outbox.Close(1000, "later");

        Assert.False(outbox.Post([4]));
        foreach (var message in messages) Assert.Same(message, await outbox.TakeAsync());
        Assert.Null(await outbox.TakeAsync());
        Assert.Equal((4003, "removed"), (outbox.Closing!.Code, outbox.Closing.Reason));
    }

    [Theory]
    [InlineData(5_000, 10)]
    [InlineData(200, 100_000)]
    public async Task A_client_that_does_not_read_is_cut_off_and_its_backlog_thrown_away(int messages, int size)
    {
        var outbox = new SignalingOutbox();
        for (var i = 0; i < messages; i++) outbox.Post(new byte[size]);

        Assert.Equal(4008, outbox.Closing!.Code);
        Assert.Null(await outbox.TakeAsync());
    }

    [Fact]
    public async Task A_client_that_keeps_up_may_be_told_any_amount()
    {
        var outbox = new SignalingOutbox();
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(outbox.Post(new byte[2_000]));
            Assert.NotNull(await outbox.TakeAsync());
        }
    }

    [Fact]
    public async Task One_message_may_be_longer_than_what_may_wait()
    {
        var outbox = new SignalingOutbox();
        Assert.True(outbox.Post(new byte[20_000_000]));
        Assert.NotNull(await outbox.TakeAsync());
        Assert.True(outbox.Post([1]));
    }
}
