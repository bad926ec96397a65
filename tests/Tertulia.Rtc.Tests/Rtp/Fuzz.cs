namespace Tertulia.Rtc.Tests.Rtp;

/// <summary>
/// Feeds a parser with noise and with valid packets that were damaged: it must neither throw nor allocate. TERTULIA_FUZZ_EFFORT
/// multiplies the rounds, for long runs by hand.
/// </summary>
internal static class Fuzz
{
    private static readonly int s_effort = int.TryParse(Environment.GetEnvironmentVariable("TERTULIA_FUZZ_EFFORT"), out var effort) ? effort : 1;

    public delegate void Parser(ReadOnlySpan<byte> bytes);

    public static void Run(Parser parse, int rounds, params byte[][] valid)
    {
        var random = new Random(rounds);
        var buffer = new byte[1500];
        foreach (var packet in valid) parse(packet);
        Damage(random, buffer, valid, parse, rounds / 10); // warm-up: compiled code, static state

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < s_effort; i++) Damage(random, buffer, valid, parse, rounds);
        // The runtime may allocate once when it swaps in better code for a running loop; a parser would do so every time.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    private static void Damage(Random random, byte[] buffer, byte[][] valid, Parser parse, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var length = random.Next(4) == 0 || valid.Length == 0 ? Noise(random, buffer) : Mutant(random, buffer, valid);
            parse(buffer.AsSpan(0, length));
        }
    }

    private static int Noise(Random random, byte[] buffer)
    {
        var length = random.Next(random.Next(8) == 0 ? buffer.Length : 64);
        random.NextBytes(buffer.AsSpan(0, length));
        if (length > 0 && random.Next(2) == 0) buffer[0] = (byte)(0x80 | buffer[0] & 0x3f);
        return length;
    }

    private static int Mutant(Random random, byte[] buffer, byte[][] valid)
    {
        var original = valid[random.Next(valid.Length)];
        original.CopyTo(buffer, 0);
        var length = original.Length;
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    buffer[at] = (byte)random.Next(256);
                    break;
                case 2:
                    buffer[at] = (byte)(random.Next(2) * 255);
                    break;
                case 3:
                    length = random.Next(1, length + 1);
                    break;
                default:
                    var tail = Math.Min(random.Next(40), buffer.Length - length);
                    random.NextBytes(buffer.AsSpan(length, tail));
                    length += tail;
                    break;
            }
        }

        return length;
    }
}
