using Tertulia.Tls.Wire;

namespace Tertulia.Fuzz;

/// <summary>What is read of TCP connections: which protocol a client speaks, and which group a server chose.</summary>
internal static class TlsTargets
{
    private const string Hello = "0303" + "7777777777777777777777777777777777777777777777777777777777777777" + "00" + "1301" + "00";
    private const string Hello13 = Hello + "0010" + "002b00020304" + "0033000611ec0002aaaa";
    private const string Hello12 = Hello + "0000";

    public static IReadOnlyList<Target> All() =>
    [
        new("first", FirstFlights, () => First),
        new("hello", ServerFlights, () => Flight, 8192),
    ];

    private static IReadOnlyList<byte[]> FirstFlights() =>
    [
        .. new[]
        {
            "16030106000100", "474554202f20485454502f312e31", "000100002112a442001122334455", "003a000100262112a44200112233", "505249202a20485454502f322e30",
        }.Select(Convert.FromHexString),
    ];

    private static IReadOnlyList<byte[]> ServerFlights() =>
    [
        Record(22, Message(2, Hello13)),
        Record(22, Message(2, Hello12) + Message(11, new string('0', 6000)) + Message(12, "03001d20aaaa") + Message(14, "")),
        [.. Record(22, Message(2, Hello12)), .. Record(20, "01"), .. Record(21, "0228")],
    ];

    // A verdict never changes with what comes later, and ten bytes are enough for one.
    private static void First(Span<byte> input)
    {
        var verdict = StreamProtocol.Undecided;
        for (var length = 0; length <= Math.Min(input.Length, 2 * FirstBytes.MaxNeeded); length++)
        {
            var now = FirstBytes.Classify(input[..length]);
            if (verdict != StreamProtocol.Undecided && now != verdict) throw new InvalidOperationException("The verdict changed.");
            verdict = now;
        }

        if (input.Length >= FirstBytes.MaxNeeded && verdict == StreamProtocol.Undecided) throw new InvalidOperationException("No verdict.");
    }

    // However the bytes are cut, the same is read.
    private static void Flight(Span<byte> input)
    {
        var whole = new ServerHelloReader();
        whole.Feed(input);
        var cut = new ServerHelloReader();
        for (var at = 0; at < input.Length; at += 7) cut.Feed(input.Slice(at, Math.Min(7, input.Length - at)));
        if ((whole.IsDone, whole.Version, whole.Group) != (cut.IsDone, cut.Version, cut.Group)) throw new InvalidOperationException("The cut mattered.");
        _ = NamedGroups.NameOf(whole.Group);
    }

    private static string Message(int type, string body) => $"{type:x2}{body.Length / 2:x6}{body}";

    private static byte[] Record(int type, string payload) => Convert.FromHexString($"{type:x2}0303{payload.Length / 2:x4}{payload}");
}
