namespace Tertulia.Server.Tests.Signaling;

/// <summary>Descriptions such as browsers make, as short as they can be.</summary>
internal static class TestSdp
{
    private const string Transport =
        "c=IN IP4 0.0.0.0\r\na=ice-ufrag:VUjf\r\na=ice-pwd:iPHZsTJO9w12eicePLOMPF+7\r\na=rtcp-mux\r\n" +
        "a=fingerprint:sha-256 A4:21:D1:1A:77:B8:9D:B4:04:E2:D6:4C:06:2B:03:99:96:EA:85:21:62:ED:FB:58:0B:2F:48:C5:2A:49:7D:D0\r\n";

    public static string Offer() => Describe("actpass", "sendrecv");

    public static string Answer(string direction) => Describe("active", direction);

    private static string Describe(string setup, string direction) =>
        "v=0\r\no=- 4680344700006300140 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n" +
        Section("audio 9 UDP/TLS/RTP/SAVPF 111", "0", setup, direction) + "a=rtpmap:111 opus/48000/2\r\n" +
        Section("video 9 UDP/TLS/RTP/SAVPF 96 97", "1", setup, direction) +
        "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";

    private static string Section(string media, string mid, string setup, string direction) =>
        $"m={media}\r\n{Transport}a=setup:{setup}\r\na=mid:{mid}\r\na={direction}\r\n" +
        (direction is "sendrecv" or "sendonly" ? $"a=msid:stream track{mid}\r\na=ssrc:{1000 + mid[0]} cname:ada\r\n" : "");
}
