using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Tests.Rtp;

public sealed class HeaderExtensionValueTests
{
    [Fact]
    public void Audio_levels_survive_a_round_trip()
    {
        Span<byte> bytes = stackalloc byte[1];
        for (var value = 0; value < 256; value++)
        {
            bytes[0] = (byte)value;
            Assert.True(AudioLevel.TryParse(bytes, out var level));
            Assert.Equal(value & 127, level.Level);
            Assert.Equal(value > 127, level.Voice);
            bytes[0] = 0;
            level.Write(bytes);
            Assert.Equal(value, bytes[0]);
        }

        Assert.False(AudioLevel.TryParse([], out _));
    }

    [Fact]
    public void Send_times_are_seconds_modulo_64_with_18_bits()
    {
        Assert.Equal(1u << 18, AbsSendTime.From(TimeSpan.FromSeconds(1)).Value);
        Assert.Equal(1u << 17, AbsSendTime.From(TimeSpan.FromSeconds(64.5)).Value);
        Span<byte> bytes = stackalloc byte[3];
        AbsSendTime.From(TimeSpan.FromSeconds(63.75)).Write(bytes);
        Assert.Equal("FF0000", Convert.ToHexString(bytes));
        Assert.True(AbsSendTime.TryParse(bytes, out var read));
        Assert.Equal(0xff0000u, read.Value);
        Assert.False(AbsSendTime.TryParse(bytes[..2], out _));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(63.75, 0.5)]
    [InlineData(31.75, -20)]
    [InlineData(1, -2)]
    public void Send_time_distances_survive_the_wrap(double from, double distance)
    {
        var earlier = AbsSendTime.From(TimeSpan.FromSeconds(64 + from));
        var later = AbsSendTime.From(TimeSpan.FromSeconds(64 + from + distance));
        Assert.Equal(distance, later.Since(earlier).TotalSeconds, 0.0001);
    }

    [Theory]
    [InlineData(0, 0, false, false)]
    [InlineData(1, 90, false, false)]
    [InlineData(0x0e, 180, true, true)]
    [InlineData(3, 270, false, false)]
    public void Video_orientation_is_read(byte value, int rotation, bool flipped, bool back)
    {
        Assert.True(VideoOrientation.TryParse([value], out var orientation));
        Assert.Equal((rotation, flipped, back), (orientation.Rotation, orientation.IsFlipped, orientation.IsBackCamera));
        Assert.False(VideoOrientation.TryParse([], out _));
    }

    [Fact]
    public void Capture_times_have_two_lengths()
    {
        Span<byte> bytes = stackalloc byte[16];
        foreach (var time in (AbsCaptureTime[])[new(new NtpTime(0x123456789abcdef0), null), new(new NtpTime(5), -7)])
        {
            time.Write(bytes);
            Assert.True(AbsCaptureTime.TryParse(bytes[..time.Length], out var read));
            Assert.Equal(time, read);
        }

        Assert.False(AbsCaptureTime.TryParse(bytes[..9], out _));
    }
}
