using Tertulia.Rtc.Rtcp;

namespace Tertulia.Rtc.Tests.Rtcp;

public sealed class NtpTimeTests
{
    [Fact]
    public void Unix_time_is_moved_to_1900()
    {
        // 2024-01-01T00:00:00.5Z
        var time = NtpTime.FromUnix(TimeSpan.FromSeconds(1_704_067_200.5));
        Assert.Equal(3_913_056_000u, time.Seconds);
        Assert.Equal(0x8000_0000u, time.Fraction);
        Assert.Equal((3_913_056_000u & 0xffff) << 16 | 0x8000u, time.Compact);
    }

    [Theory]
    [InlineData(0x0000_0001_0000_0000)]
    [InlineData(0xffff_ffff_c000_0000)] // the last quarter second before the wrap of 2036
    public void Differences_survive_the_wrap(ulong value)
    {
        var time = new NtpTime(value);
        foreach (var span in (double[])[0.25, 1.5, -1.5, 86_400, -86_400])
        {
            var other = time + TimeSpan.FromSeconds(span);
            Assert.Equal(span, (other - time).TotalSeconds, 0.000001);
            Assert.Equal(time, other - TimeSpan.FromSeconds(span));
        }
    }

    [Fact]
    public void Durations_have_16_fractional_bits()
    {
        Assert.Equal(0x18000u, NtpTime.ToCompact(TimeSpan.FromSeconds(1.5)));
        Assert.Equal(0u, NtpTime.ToCompact(TimeSpan.FromSeconds(-1)));
        Assert.Equal(uint.MaxValue, NtpTime.ToCompact(TimeSpan.FromDays(3)));
        Assert.Equal(TimeSpan.FromSeconds(1.5), NtpTime.FromCompact(0x18000));
    }

    [Fact]
    public void Round_trip_of_the_example_in_RFC_3550()
    {
        // Section 6.4.1, figure 2: A = b710:8000, LSR = b705:2000, DLSR = 0005:4000, delay 6.125 s.
        Assert.Equal(TimeSpan.FromSeconds(6.125), NtpTime.RoundTrip(new NtpTime(0x0000_b710_8000_0000), 0xb705_2000, 0x0005_4000));
    }

    [Fact]
    public void Round_trips_that_make_no_sense_are_none()
    {
        var now = new NtpTime(0x0000_0005_8000_0000);
        Assert.Null(NtpTime.RoundTrip(now, 0, 0));
        Assert.Null(NtpTime.RoundTrip(now, 0x0006_8000, 0)); // a second in the future
        Assert.Null(NtpTime.RoundTrip(now, unchecked(0x0005_8000 - (90u << 16)), 0));
        Assert.InRange(NtpTime.RoundTrip(now, 0x0005_8001, 0)!.Value, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(1));
        // Across the wrap of the middle 32 bits.
        Assert.Equal(TimeSpan.FromSeconds(1), NtpTime.RoundTrip(new NtpTime(0x0001_0000_8000_0000), 0xffff_8000, 0));
    }
}
