using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Tests.Rtp;

namespace Tertulia.Rtc.Tests.Rtcp;

public sealed class TransportFeedbackTests
{
    private const long Unit = TransportFeedback.TicksPerDelta;

    private readonly byte[] _buffer = new byte[1500];

    public static TheoryData<ushort> WrapPoints => Tests.Rtp.WrapPoints.All;

    /// <summary>Written by hand from the figures of the draft, so that our writer and reader cannot be wrong together.</summary>
    [Fact]
    public void Message_with_each_kind_of_chunk_and_delta()
    {
        var control =
            "FFFE" + "0018" // base 65534, 24 packets
            + "00000A" + "05" // reference time 10, message 5
            + "C9" + "40" // two-bit vector: 0 2 1 1 0 0 0
            + "A8" + "01" // one-bit vector: 1 0 1 0 0 0 0 0 0 0 0 0 0 1
            + "20" + "03" // run: 3 small deltas
            + "FFFC" + "04" + "00" // −4, 4, 0
            + "010203" + "000102" + "0000"; // 1 2 3, 0 1 2, padding without a padding bit
        Assert.True(TryParse($"8FCD{control.Length / 8 + 2:X4}0000001100000022{control}", out var feedback));
        Assert.Equal((new Ssrc(0x11), new Ssrc(0x22)), (feedback.SenderSsrc, feedback.MediaSsrc));
        Assert.Equal((65534, 24, 10, 5), (feedback.BaseSequenceNumber, feedback.PacketCount, feedback.ReferenceTime, feedback.FeedbackCount));

        var reference = 10 * 256;
        var received = new List<(int, long)>();
        foreach (var status in feedback)
        {
            if (status.Received) received.Add((status.SequenceNumber, status.Arrival.Ticks / Unit - reference));
        }

        Assert.Equal([(65535, -4), (0, 0), (1, 0), (5, 1), (7, 3), (18, 6), (19, 6), (20, 7), (21, 9)], received);
    }

    [Theory]
    [InlineData("00010000" + "00000000" + "2001" + "0000")] // about no packet
    [InlineData("00010002" + "00000000" + "2001" + "0000")] // chunks missing for the second
    [InlineData("00010001" + "00000000" + "6001" + "0000")] // reserved symbol in a run
    [InlineData("00010001" + "00000000" + "F000" + "0000")] // reserved symbol in a vector
    [InlineData("00010003" + "00000000" + "2003" + "0000")] // a delta missing
    [InlineData("00010001" + "00000000")] // no chunk
    public void Broken_messages_are_refused(string control) =>
        Assert.False(TryParse($"8FCD{control.Length / 8 + 2:X4}0000001100000022{control}", out _));

    [Fact]
    public void Reference_time_is_signed()
    {
        Assert.True(TryParse("8FCD0005000000110000002200010001" + "FFFFFF00" + "20010700", out var feedback));
        Assert.Equal(-1, feedback.ReferenceTime);
        foreach (var status in feedback) Assert.Equal((-256 + 7) * Unit, status.Arrival.Ticks);
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Steady_arrivals(ushort first) => RoundTrip(first, (_, number) => (number + 1, 1_000));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Bursts(ushort first) => RoundTrip(first, (_, number) => (number + 1, number % 10 == 0 ? 33_000 : 40));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Random_loss(ushort first) =>
        RoundTrip(first, (random, number) => (number + (random.Next(10) == 0 ? random.Next(1, 5) : 1), random.Next(3_000)));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Loss_in_long_runs(ushort first) =>
        RoundTrip(first, (random, number) => (number + (random.Next(100) == 0 ? random.Next(1, 400) : 1), random.Next(2_000)));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Reordering(ushort first) =>
        RoundTrip(first, (random, number) => (number + random.Next(-5, 8), random.Next(2_000)));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Pauses_longer_than_a_delta(ushort first) =>
        RoundTrip(first, (random, number) => (number + 1, random.Next(20) == 0 ? 9_000_000 + random.Next(9_000_000) : random.Next(100_000)));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Large_deltas_only(ushort first) =>
        RoundTrip(first, (random, number) => (number + random.Next(1, 3), 64_000 + random.Next(8_000_000)));

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void Everything_at_once(ushort first) => RoundTrip(first, (random, number) => (
        number + (random.Next(100) == 0 ? random.Next(1, 400) : random.Next(-3, 6)),
        random.Next(100) == 0 ? random.Next(20_000_000) : random.Next(500)));

    [Fact]
    public void Arrival_times_wrap_with_the_reference_time()
    {
        // 24 bits of 64 ms: the clock of the message wraps after 12.4 days, and is negative in its second half.
        foreach (var days in (double[])[6.213, 6.2138, 12.427, 12.4275, 400])
        {
            var recorder = new TransportFeedbackRecorder();
            var start = Instant.Zero + TimeSpan.FromDays(days);
            for (var i = 0; i < 1_000; i++) recorder.OnArrival((ushort)i, start + TimeSpan.FromMilliseconds(i * 90));
            var count = 0;
            while (recorder.HasPending)
            {
                foreach (var status in Write(recorder, start))
                {
                    var sent = (start + TimeSpan.FromMilliseconds(count++ * 90)).Ticks / Unit;
                    Assert.Equal((uint)sent, (uint)(status.Arrival.Ticks / Unit));
                }
            }

            Assert.Equal(1_000, count);
        }
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void A_packet_that_comes_after_it_was_reported_lost_is_reported_again(ushort first)
    {
        var recorder = new TransportFeedbackRecorder();
        recorder.OnArrival(first, Instant.FromMilliseconds(10));
        recorder.OnArrival((ushort)(first + 2), Instant.FromMilliseconds(12));
        Assert.Equal([true, false, true], Write(recorder, Instant.Zero).Select(status => status.Received));

        recorder.OnArrival((ushort)(first + 1), Instant.FromMilliseconds(20));
        var again = Write(recorder, Instant.Zero);
        Assert.Equal([(ushort)(first + 1), (ushort)(first + 2)], again.Select(status => status.SequenceNumber));
        Assert.Equal([20.0, 12.0], again.Select(status => status.Arrival.TotalMilliseconds));
    }

    [Theory]
    [MemberData(nameof(WrapPoints))]
    public void A_jump_beyond_the_window_begins_anew(ushort first)
    {
        var recorder = new TransportFeedbackRecorder();
        recorder.OnArrival(first, Instant.Zero);
        recorder.OnArrival((ushort)(first + TransportFeedbackRecorder.Window), Instant.Zero);
        Assert.Equal([(ushort)(first + TransportFeedbackRecorder.Window)], Write(recorder, Instant.Zero).Select(status => status.SequenceNumber));
        // What is older than the window is too late.
        recorder.OnArrival(first, Instant.Zero);
        Assert.False(recorder.HasPending);
    }

    [Fact]
    public void What_nobody_collects_is_forgotten_from_its_old_end()
    {
        var recorder = new TransportFeedbackRecorder();
        const int arrivals = 3 * TransportFeedbackRecorder.Window + 5;
        for (var i = 0; i < arrivals; i++) recorder.OnArrival((ushort)i, Instant.FromMilliseconds(i));
        var statuses = new List<TransportPacketStatus>();
        while (recorder.HasPending) statuses.AddRange(Write(recorder, Instant.Zero));
        Assert.Equal(TransportFeedbackRecorder.Window, statuses.Count);
        Assert.All(statuses, status => Assert.True(status.Received));
        Assert.Equal((ushort)(arrivals - 1), statuses[^1].SequenceNumber);
    }

    [Fact]
    public void Duplicates_are_told_of_once()
    {
        var recorder = new TransportFeedbackRecorder();
        recorder.OnArrival(5, Instant.FromMilliseconds(1));
        recorder.OnArrival(5, Instant.FromMilliseconds(9));
        Assert.Equal(1.0, Assert.Single(Write(recorder, Instant.Zero)).Arrival.TotalMilliseconds);
        recorder.OnArrival(5, Instant.FromMilliseconds(20));
        Assert.False(recorder.HasPending);
    }

    [Fact]
    public void Feedback_is_due_an_interval_after_the_last()
    {
        var recorder = new TransportFeedbackRecorder(TimeSpan.FromMilliseconds(100));
        Assert.Equal(Instant.Never, recorder.NextDeadline);
        recorder.OnArrival(1, Instant.FromMilliseconds(1_000));
        Assert.Equal(Instant.FromMilliseconds(1_100), recorder.NextDeadline);
        Write(recorder, Instant.FromMilliseconds(1_103));
        Assert.Equal(Instant.Never, recorder.NextDeadline);
        recorder.OnArrival(2, Instant.FromMilliseconds(1_104));
        Assert.Equal(Instant.FromMilliseconds(1_203), recorder.NextDeadline);
    }

    [Fact]
    public void What_did_not_fit_into_one_message_is_due_at_once()
    {
        var recorder = new TransportFeedbackRecorder();
        for (var i = 0; i < 2_000; i++) recorder.OnArrival((ushort)i, Instant.FromMilliseconds(i));
        var messages = 0;
        var now = Instant.FromMilliseconds(2_000);
        for (; now >= recorder.NextDeadline; messages++) Write(recorder, now);
        Assert.Equal(2, messages);
        Assert.False(recorder.HasPending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    public void Too_little_room_writes_nothing(int room)
    {
        var recorder = new TransportFeedbackRecorder();
        recorder.OnArrival(1, Instant.Zero);
        Assert.Equal(0, recorder.WriteFeedback(_buffer.AsSpan(0, room), new(1), new(2), Instant.Zero));
        Assert.True(recorder.HasPending);
    }

    [Fact]
    public void Any_room_is_kept_to()
    {
        for (var room = 38; room < 300; room++)
        {
            var recorder = new TransportFeedbackRecorder();
            var random = new Random(room);
            for (var i = 0; i < 500; i++)
            {
                if (random.Next(5) > 0) recorder.OnArrival((ushort)i, Instant.FromMilliseconds(i * random.Next(200)));
            }

            while (recorder.HasPending) Assert.NotEmpty(Write(recorder, Instant.Zero, room));
        }
    }

    [Fact]
    public void Recording_and_writing_allocate_nothing()
    {
        var recorder = new TransportFeedbackRecorder();
        ushort number = 0;
        AllocationAssert.None(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                if (++number % 7 != 0) recorder.OnArrival(number, Instant.FromMilliseconds(number));
            }

            while (recorder.HasPending) recorder.WriteFeedback(_buffer, new(1), new(2), Instant.Zero);
        });
    }

    /// <summary>
    /// Sends a stream of arrivals through recorder and parser, with a feedback now and then, and compares what the sender
    /// learns with what happened.
    /// </summary>
    private void RoundTrip(ushort first, Func<Random, int, (int Number, int Microseconds)> next)
    {
        var random = new Random(first);
        var recorder = new TransportFeedbackRecorder();
        var arrived = new Dictionary<int, long>();
        var learned = new Dictionary<int, long>();
        var numbers = new SequenceUnwrapper();
        var start = numbers.Unwrap(first);
        var now = Instant.Zero;
        var number = 0;
        var messages = 0;
        for (var i = 0; i < 20_000; i++)
        {
            recorder.OnArrival((ushort)(first + number), now);
            arrived.TryAdd(number, now.Ticks / Unit);
            if (random.Next(40) == 0 || i == 19_999)
            {
                for (; recorder.HasPending; messages++)
                {
                    foreach (var status in Write(recorder, now, 1500, (byte)messages))
                    {
                        var told = (int)(numbers.Unwrap(status.SequenceNumber) - start);
                        if (status.Received) learned[told] = (uint)(status.Arrival.Ticks / Unit);
                        else Assert.False(arrived.ContainsKey(told));
                    }
                }
            }

            var (following, microseconds) = next(random, number);
            number = Math.Max(0, following);
            now += TimeSpan.FromMicroseconds(microseconds);
        }

        Assert.Equal(arrived.Count, learned.Count);
        foreach (var (key, time) in arrived) Assert.Equal((uint)time, learned[key]);
    }

    private List<TransportPacketStatus> Write(TransportFeedbackRecorder recorder, Instant now, int room = 1500, byte? count = null)
    {
        var length = recorder.WriteFeedback(_buffer.AsSpan(0, room), new(0x11), new(0x22), now);
        Assert.InRange(length, 24, Math.Min(room, TransportFeedbackRecorder.MaxMessageLength));
        Assert.Equal(0, length % 4);
        var reader = new RtcpReader(_buffer.AsSpan(0, length));
        Assert.True(reader.TryRead(out var packet));
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.IsMalformed);
        Assert.True(TransportFeedback.TryParse(packet, out var feedback));
        if (count is { } expected) Assert.Equal(expected, feedback.FeedbackCount);
        var statuses = new List<TransportPacketStatus>();
        foreach (var status in feedback) statuses.Add(status);
        return statuses;
    }

    private static bool TryParse(string hex, out TransportFeedback feedback)
    {
        feedback = default;
        return new RtcpReader(Convert.FromHexString(hex)).TryRead(out var packet) && TransportFeedback.TryParse(packet, out feedback);
    }
}
