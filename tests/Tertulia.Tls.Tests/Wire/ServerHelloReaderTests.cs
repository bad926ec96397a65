using FsCheck;
using FsCheck.Fluent;
using Tertulia.Tls.Wire;

namespace Tertulia.Tls.Tests.Wire;

/// <summary>Made-up and damaged flights; real ones are read in HybridGroupTests.</summary>
public sealed class ServerHelloReaderTests
{
    private const string RetryRandom = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
    private static readonly string s_random = new('7', 64);

    [Fact]
    public void A_hello_retry_request_does_not_count()
    {
        var reader = new ServerHelloReader();
        reader.Feed(Record(22, Hello(RetryRandom, "002b00020304" + "0033000211ec")));
        reader.Feed(Record(20, "01"));
        Assert.False(reader.IsDone);
        Assert.Equal((0, 0), (reader.Version, reader.Group));

        reader.Feed(Record(22, Hello(s_random, "002b00020304" + "00330006001d0002aaaa")));
        Assert.True(reader.IsDone);
        Assert.Equal((0x0304, 0x1d), (reader.Version, reader.Group));
    }

    [Fact]
    public void Messages_are_put_together_from_records_and_long_ones_are_passed_over()
    {
        // TLS 1.2: ServerHello, a certificate of 5,000 bytes, ServerKeyExchange with named curve 0x0018.
        var flight = Hello(s_random, "") + "0b001388" + new string('0', 10_000) + "0c000006" + "030018020102" + "0e000000";
        var reader = new ServerHelloReader();
        for (var at = 0; at < flight.Length; at += 1400)
        {
            foreach (var octet in Record(22, flight[at..Math.Min(flight.Length, at + 1400)])) reader.Feed([octet]);
        }

        Assert.True(reader.IsDone);
        Assert.Equal((0x0303, 0x18), (reader.Version, reader.Group));
    }

    [Fact]
    public void An_alert_ends_it()
    {
        var reader = new ServerHelloReader();
        reader.Feed(Record(21, "0228"));
        Assert.True(reader.IsDone);
        Assert.Equal((0, 0), (reader.Version, reader.Group));
    }

    [Fact]
    public void Damaged_flights_do_no_harm() => Prop.ForAll<byte[], int, int>(
        ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<int>(), (noise, at, cut) =>
        {
            var flight = Record(22, Hello(s_random, "002b00020304" + "00330006001d0002aaaa"));
            for (var i = 0; i < noise.Length; i++) flight[(int)((uint)(at + i * 7) % flight.Length)] ^= noise[i];
            var (whole, halves) = (new ServerHelloReader(), new ServerHelloReader());
            whole.Feed(flight);
            var border = (int)((uint)cut % flight.Length);
            halves.Feed(flight.AsSpan(0, border));
            halves.Feed(flight.AsSpan(border));
            Assert.Equal((whole.IsDone, whole.Version, whole.Group), (halves.IsDone, halves.Version, halves.Group));
        }).QuickCheckThrowOnFailure();

    private static string Hello(string random, string extensions)
    {
        var body = "0303" + random + "00" + "1301" + "00" + (extensions.Length == 0 ? "" : $"{extensions.Length / 2:x4}{extensions}");
        return $"02{body.Length / 2:x6}{body}";
    }

    private static byte[] Record(int type, string payload) => Convert.FromHexString($"{type:x2}0303{payload.Length / 2:x4}{payload}");
}
