using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

public sealed class ReplayWindowTests
{
    [Fact]
    public void Behaves_like_a_set_with_a_moving_lower_end()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var window = new ReplayWindow();
            var seen = new HashSet<long>();
            var highest = -1L;
            for (var i = 0; i < 3000; i++)
            {
                var step = random.Next(20) == 0 ? random.Next(3000) : random.Next(-1100, 70);
                var index = Math.Max(0, highest + step);
                var expected = index <= highest - ReplayWindow.Size ? SrtpError.TooOld
                    : seen.Contains(index) ? SrtpError.Replayed : SrtpError.None;
                Assert.Equal(expected, window.Check(index));
                if (expected != SrtpError.None) continue;
                window.Add(index);
                seen.Add(index);
                highest = Math.Max(highest, index);
                Assert.Equal(highest, window.Highest);
            }
        }
    }

    [Fact]
    public void Nothing_lies_before_the_beginning() => Assert.Equal(SrtpError.TooOld, new ReplayWindow().Check(-1));
}
