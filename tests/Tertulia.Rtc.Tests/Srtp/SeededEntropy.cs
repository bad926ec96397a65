using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Tests.Srtp;

internal sealed class SeededEntropy(int seed) : EntropySource
{
    private readonly Random _random = new(seed);

    public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
