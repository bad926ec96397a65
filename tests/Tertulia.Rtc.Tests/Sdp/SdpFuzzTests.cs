using System.Text;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

/// <summary>Damaged descriptions of real clients: whatever comes in, nothing is thrown, and what is answered fits.</summary>
public class SdpFuzzTests
{
    private const int Cases = 60_000;

    private static readonly string[] Interesting =
    [
        "", "0", "-1", "1", "15", "127", "128", "255", "256", "65535", "65536", "4294967295", "4294967296", "99999999999999999999",
        "*", ";", ",", "~", "=", ":", "/", " ", "\t", "\0", "\r", "\n", "\ud800", "é", "a=", "m=", "apt=97", "apt=96", "0 1 2 3",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_descriptions_are_refused_or_answered(int seed)
    {
        var random = new Random(seed);
        var samples = SdpSamples.Names.Where(name => !name.Contains("shared", StringComparison.Ordinal)).Select(SdpSamples.Text).ToArray();
        var uplink = SdpSamples.UplinkOffer();
        var (parsed, answered, applied) = (0, 0, 0);
        for (var i = 0; i < Cases; i++)
        {
            var text = Damage(samples[random.Next(samples.Length)], samples, random);
            try
            {
                if (!SdpParser.TryParse(text, out var session, out _)) continue;
                parsed++;
                if (SdpNegotiator.TryApplyAnswer(uplink, session, out _, out _)) applied++;
                if (!TryAnswer(session, random, out var answer, out var negotiated)) continue;
                answered++;
                // The thorough look costs as much as ten cases.
                if (answered % 10 == 0) AnswerInvariants.Check(session, SdpSamples.Parse(SdpWriter.Write(answer)), negotiated);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, case {i}:\n{text}", exception);
            }
        }

        // Damage must leave enough alive to reach what comes after the parser.
        Assert.InRange(parsed, Cases / 4, Cases - 1);
        Assert.InRange(answered, Cases / 8, Cases);
        Assert.InRange(applied, 10, Cases);
    }

    [Fact]
    public void Damaged_candidates_are_refused_or_read()
    {
        var random = new Random(3);
        string[] samples =
        [
            "candidate:1030226904 1 udp 2122194687 192.0.2.2 42484 typ host generation 0 network-id 1",
            "a=candidate:2 1 TCP 2105458943 fd00::2 9 typ srflx raddr 10.0.0.1 rport 9 tcptype active",
        ];
        for (var i = 0; i < Cases; i++)
        {
            var text = Damage(samples[random.Next(2)], samples, random);
            if (IceCandidate.TryParse(text, out var candidate))
            {
                Assert.True(IceCandidate.TryParse(candidate.ToString(), out var again));
                Assert.Equal(candidate, again);
            }
        }
    }

    private static bool TryAnswer(SessionDescription session, Random random, out SessionDescription answer, out NegotiatedSession negotiated) =>
        SdpNegotiator.TryAnswer(
            session,
            SdpSamples.Local,
            MediaPolicy.Default,
            section => random.Next(4) switch
            {
                0 => SdpSamples.Send(section),
                1 => SectionAnswer.Inactive,
                2 when random.Next(4) == 0 => SectionAnswer.Reject,
                _ => SectionAnswer.Receive,
            },
            out answer!,
            out negotiated!,
            out _);

    private static string Damage(string text, string[] samples, Random random)
    {
        for (var strokes = random.Next(1, 5); strokes > 0; strokes--) text = DamageOnce(text, samples, random);
        return text;
    }

    private static string DamageOnce(string text, string[] samples, Random random)
    {
        var at = random.Next(text.Length + 1);
        switch (random.Next(10))
        {
            case 0:
                return text[..at];
            case 1:
                var other = samples[random.Next(samples.Length)];
                return text[..at] + other[random.Next(other.Length)..];
            case 2:
                return text.Insert(at, Interesting[random.Next(Interesting.Length)]);
            case 3:
                return text.Remove(at, random.Next(Math.Min(20, text.Length - at) + 1));
            case 4 or 5:
                var characters = text.ToCharArray();
                if (at < characters.Length) characters[at] ^= (char)(1 << random.Next(8));
                return new(characters);
            case 6:
                return ReplaceWord(text, at, Interesting[random.Next(Interesting.Length)]);
            default:
                return DamageLines(text, random);
        }
    }

    private static string ReplaceWord(string text, int at, string replacement)
    {
        char[] borders = [' ', ':', ';', '=', '/', '\r', '\n'];
        var start = at == 0 ? 0 : text.LastIndexOfAny(borders, at - 1) + 1;
        var end = text.IndexOfAny(borders, start);
        return string.Concat(text.AsSpan(0, start), replacement, end < 0 ? default : text.AsSpan(end));
    }

    private static string DamageLines(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var (from, to) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(3))
        {
            case 0:
                lines.RemoveAt(from);
                break;
            case 1:
                lines.Insert(to, lines[from]);
                break;
            default:
                (lines[from], lines[to]) = (lines[to], lines[from]);
                break;
        }

        return string.Join('\n', lines);
    }
}
