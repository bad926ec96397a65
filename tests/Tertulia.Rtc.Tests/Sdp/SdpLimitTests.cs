using System.Diagnostics;
using System.Text;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

public class SdpLimitTests
{
    private static readonly TimeSpan Quickly = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string> TooLarge =>
    [
        new string('v', SdpLimits.MaxLength + 1),
        "v=0\n" + new string('a', 10_000_000),
        "v=0\n" + Repeat("a=x\n", SdpLimits.MaxLines),
        "v=0\n" + new string('\n', SdpLimits.MaxLines) + "s=-",
        "v=0\n" + Repeat("m=audio 9 RTP/AVP 0\n", SdpLimits.MaxSections + 1),
        "v=0\nm=audio 9 RTP/AVP" + Repeat(" 0", 129),
    ];

    /// <summary>As large as allowed and made of what takes the longest.</summary>
    public static TheoryData<string> Expensive =>
    [
        "v=0\n" + Repeat("m=audio 9 UDP/TLS/RTP/SAVPF " + string.Join(' ', Enumerable.Range(0, 128)) + "\na=rtcp-fb:* nack\n", SdpLimits.MaxSections),
        Section(string.Concat(Enumerable.Range(0, 16_000).Select(i => $"a=ssrc:{i} cname:x\n"))),
        Section(string.Concat(Enumerable.Range(0, 16_000).Select(i => $"a=rtcp-fb:* x{i}\n"))),
        Section(string.Concat(Enumerable.Range(0, 16_000).Select(i => $"a=extmap:{i % 256} urn:{i}\n"))),
        Section(string.Concat(Enumerable.Range(0, 7_000).Select(i => $"a=candidate:{i} 1 udp 1 192.0.2.1 {i} typ host\n"))),
        Section(string.Concat(Enumerable.Range(0, 16_000).Select(i => $"a=ssrc-group:FID {i} {i + 1}\n"))),
        Section(string.Concat(Enumerable.Range(0, 16_000).Select(i => $"a=rid:{i} send\n"))),
        Section("a=simulcast:send " + Repeat("q,", 200_000)),
        Section("a=fmtp:96 " + Repeat("a=1;", 100_000)),
        Section("a=msid:" + Repeat(" x", 200_000)),
        "v=0\n" + Repeat("a=group:BUNDLE" + Repeat(" 0", 900) + "\n", 250) + Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 111\n", SdpLimits.MaxSections),
        "v=0\n" + Repeat(" \n", 16_000),
    ];

    [Theory]
    [MemberData(nameof(TooLarge), DisableDiscoveryEnumeration = true)]
    public void What_exceeds_a_limit_is_refused_at_once(string text)
    {
        Assert.Equal(SdpErrorCode.TooLarge, SdpSamples.ParseError(text).Code);
        AssertIsQuick(() => _ = SdpParser.TryParse(text, out _, out _));
    }

    [Theory]
    [MemberData(nameof(Expensive), DisableDiscoveryEnumeration = true)]
    public void The_most_expensive_input_within_the_limits_is_answered_quickly(string text)
    {
        Assert.True(text.Length <= SdpLimits.MaxLength);
        AssertIsQuick(() =>
        {
            if (SdpParser.TryParse(text, out var session, out _))
                _ = SdpNegotiator.TryAnswer(session, SdpSamples.Local, MediaPolicy.Default, _ => SectionAnswer.Receive, out _, out _, out _);
        });
    }

    [Fact]
    public void A_shared_downlink_for_fifty_people_is_within_the_limits()
    {
        var sections = new OfferedSectionList();
        for (var n = 0; n < 50; n++)
        {
            sections.Add(SdpSamples.Audio(n));
            sections.Add(SdpSamples.Video(n));
        }

        var text = SdpWriter.Write(SdpNegotiator.CreateOffer(SdpSamples.Local, sections.Sections, MediaPolicy.Default));
        Assert.Equal(100, SdpSamples.Parse(text).MediaSections.Count);
        Assert.InRange(text.Length, 0, SdpLimits.MaxLength / 2);
    }

    private static string Section(string attributes) => "v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\n" + attributes;

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    /// <summary>One run of several is enough, since machines that run tests have other things to do.</summary>
    private static void AssertIsQuick(Action action)
    {
        var fastest = TimeSpan.MaxValue;
        for (var run = 0; run < 20 && fastest >= Quickly; run++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            var took = Stopwatch.GetElapsedTime(start);
            if (took < fastest) fastest = took;
        }

        Assert.True(fastest < Quickly, $"The fastest of 20 runs took {fastest.TotalMilliseconds} ms.");
    }
}
