using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc.Tests.Sdp;

/// <summary>The recorded descriptions, and the same local end and tracks that they were recorded with.</summary>
internal static class SdpSamples
{
    public static readonly LocalTransport Local = new(
        new("srvU", "serverPasswordOf24Chars+"),
        string.Join(':', Enumerable.Range(1, 32).Select(i => i.ToString("X2", CultureInfo.InvariantCulture))),
        [
            IceCandidate.Host(TransportAddress.From(IPAddress.Parse("127.0.0.1"), 5555)),
            IceCandidate.Host(TransportAddress.From(IPAddress.Parse("fd00::9"), 5555), 65534),
        ])
    {
        SessionId = 4611686018427387,
    };

    /// <summary>What the recordings were made with: plain Opus, without redundant audio.</summary>
    public static readonly MediaPolicy Recorded = MediaPolicy.Default with { AudioCodecs = [MediaPolicy.Opus] };

    public static IEnumerable<string> Names => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith("sdp/", StringComparison.Ordinal)).Select(name => name[4..^4]).Order(StringComparer.Ordinal);

    /// <summary>Offers that clients made by themselves.</summary>
    public static TheoryData<string> ClientOffers => [.. Names.Where(name => name.EndsWith(".offer", StringComparison.Ordinal))];

    public static TheoryData<string> All => [.. Names];

    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"sdp/{name}.sdp")
            ?? throw new ArgumentException($"There is no fixture {name}.", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public static SessionDescription Load(string name) => Parse(Text(name));

    public static SessionDescription Parse(string text)
    {
        Assert.True(SdpParser.TryParse(text, out var session, out var error), error.ToString());
        return session;
    }

    public static SdpError ParseError(string? text)
    {
        Assert.False(SdpParser.TryParse(text, out var session, out var error));
        Assert.Null(session);
        Assert.NotEqual(SdpErrorCode.None, error.Code);
        return error;
    }

    public static LocalTrack Audio(int n) => new(MediaKind.Audio, new($"stream{n}", $"audio{n}"), new((uint)(1000 + n)), null, $"cname{n}");

    public static LocalTrack Video(int n) =>
        new(MediaKind.Video, new($"stream{n}", $"video{n}"), new((uint)(2000 + n)), new Ssrc((uint)(3000 + n)), $"cname{n}");

    public static SectionAnswer Send(MediaSection section) => SectionAnswer.Send(section.Kind == MediaKind.Audio ? Audio(1) : Video(1));

    public static SessionDescription UplinkOffer(MediaPolicy? policy = null) => SdpNegotiator.CreateOffer(
        Local, [OfferedSection.Receive("0", MediaKind.Audio), OfferedSection.Receive("1", MediaKind.Video)], policy ?? Recorded);

    public static SessionDescription DownlinkOffer() => SdpNegotiator.CreateOffer(
        Local, [OfferedSection.Send("0", Audio(1)), OfferedSection.Send("1", Video(1))], Recorded);

    /// <summary>The three offers of the recorded shared downlink.</summary>
    public static (SessionDescription Six, SessionDescription SomeInactive, SessionDescription Reused) SharedOffers()
    {
        var list = new OfferedSectionList();
        for (var n = 1; n <= 3; n++)
        {
            list.Add(Audio(n));
            list.Add(Video(n));
        }

        var six = SdpNegotiator.CreateOffer(Local, list.Sections, Recorded);
        foreach (var mid in new[] { "0", "1", "5" }) Assert.True(list.Remove(mid));
        var someInactive = SdpNegotiator.CreateOffer(Local, list.Sections, Recorded, six);
        Assert.Equal(["0", "1", "5"], new[] { list.Add(Audio(7)), list.Add(Video(7)), list.Add(Video(8)) });
        list.Add(Audio(9));
        list.Add(Video(9));
        return (six, someInactive, SdpNegotiator.CreateOffer(Local, list.Sections, Recorded, someInactive));
    }

    public static (SessionDescription Answer, NegotiatedSession Negotiated) Answer(
        SessionDescription offer, Func<MediaSection, SectionAnswer> choose, MediaPolicy? policy = null, SessionDescription? previous = null)
    {
        Assert.True(
            SdpNegotiator.TryAnswer(offer, Local, policy ?? Recorded, choose, out var answer, out var negotiated, out var error, previous),
            error.ToString());
        return (answer, negotiated);
    }

    public static NegotiatedSession Apply(SessionDescription offer, SessionDescription answer)
    {
        Assert.True(SdpNegotiator.TryApplyAnswer(offer, answer, out var negotiated, out var error), error.ToString());
        return negotiated;
    }
}
