using FsCheck;
using FsCheck.Fluent;
using Tertulia.Tls.Wire;

namespace Tertulia.Tls.Tests.Wire;

public sealed class FirstBytesTests
{
    [Theory]
    [InlineData("", StreamProtocol.Undecided)]
    [InlineData("16", StreamProtocol.Undecided)]
    [InlineData("1603", StreamProtocol.Tls)]
    [InlineData("160301062a010006", StreamProtocol.Tls)]
    [InlineData("1602", StreamProtocol.Unknown)]
    [InlineData("47", StreamProtocol.Http)] // G
    [InlineData("505249202a20485454502f322e30", StreamProtocol.Http)] // PRI * HTTP/2.0
    [InlineData("00", StreamProtocol.Undecided)]
    [InlineData("00030024", StreamProtocol.Undecided)]
    [InlineData("000300242112a4", StreamProtocol.Undecided)]
    [InlineData("000300242112a442", StreamProtocol.Turn)] // Allocate
    [InlineData("000100002112a4420011223344556677", StreamProtocol.Turn)] // Binding
    [InlineData("005c000100482112a4", StreamProtocol.Undecided)]
    [InlineData("005c000100482112a442", StreamProtocol.Ice)] // 92 bytes: a Binding request of 72 more
    [InlineData("005c000100483112a442", StreamProtocol.Unknown)]
    [InlineData("0000000000", StreamProtocol.Undecided)]
    [InlineData("00000000000000", StreamProtocol.Unknown)]
    [InlineData("00000000000000000000", StreamProtocol.Unknown)]
    [InlineData("4000000c2112a442", StreamProtocol.Unknown)] // channel data before any allocation; '@' is no letter
    [InlineData("80e0", StreamProtocol.Unknown)]
    [InlineData("0d0a", StreamProtocol.Undecided)]
    [InlineData("ff", StreamProtocol.Unknown)]
    public void Protocols_are_told_apart(string hex, StreamProtocol expected) =>
        Assert.Equal(expected, FirstBytes.Classify(Convert.FromHexString(hex)));

    [Fact]
    public void Ten_bytes_are_always_enough_and_a_verdict_stays() => Prop.ForAll<byte[]>(ArbMap.Default.ArbFor<byte[]>(), tail =>
    {
        foreach (var start in (byte[][])[[], [0x16], [0, 1], [0, 1, 0, 0, 0x21], [0, 92, 0, 1, 0, 72, 0x21, 0x12]])
        {
            byte[] bytes = [.. start, .. tail];
            var verdict = StreamProtocol.Undecided;
            for (var length = 0; length <= bytes.Length; length++)
            {
                var now = FirstBytes.Classify(bytes.AsSpan(0, length));
                Assert.True(verdict == StreamProtocol.Undecided || verdict == now);
                verdict = now;
            }

            Assert.True(bytes.Length < FirstBytes.MaxNeeded || verdict != StreamProtocol.Undecided);
        }
    }).QuickCheckThrowOnFailure();
}
