using System.Text;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Stun;
using Tertulia.Simulation;

namespace Tertulia.Fuzz;

/// <summary>Valid inputs to begin from: what a meeting of the simulator really sends, and messages of clients.</summary>
internal static class Corpus
{
    /// <summary>Recorded SDP descriptions, where the tests keep them.</summary>
    public static IReadOnlyList<byte[]> Descriptions(string repository)
    {
        var folder = Path.Combine(repository, "tests", "Tertulia.Rtc.Tests", "Sdp", "Fixtures");
        return [.. Directory.EnumerateFiles(folder, "*.sdp", SearchOption.AllDirectories).Order().Select(File.ReadAllBytes)];
    }

    /// <summary>Everything that crossed the simulated network while two people met over real DTLS.</summary>
    public static IReadOnlyList<byte[]> Datagrams()
    {
        using var meeting = new SimulatedMeeting(seed: 42, useDtls: true);
        var datagrams = new List<byte[]>();
        meeting.Network.Sent = (_, datagram) =>
        {
            if (datagrams.Count < 400) datagrams.Add(datagram);
        };
        meeting.Join("ada");
        meeting.Join("ben");
        meeting.Run(TimeSpan.FromSeconds(2));
        return datagrams;
    }

    public static IReadOnlyList<byte[]> Rtcp()
    {
        var inputs = new List<byte[]>();
        var buffer = new byte[1200];
        var blocks = new[] { new ReportBlock(new Ssrc(1), 3, 4, 5, 6, 7, 8) };
        inputs.Add(Write(buffer, (ref RtcpWriter w) => { w.AddSenderReport(new Ssrc(1), new NtpTime(5), 6, 7, 8, blocks); w.AddSourceDescription(new Ssrc(1), "cname"u8); }));
        inputs.Add(Write(buffer, (ref RtcpWriter w) => { w.AddReceiverReport(new Ssrc(1), blocks); w.AddGenericNack(new Ssrc(1), new Ssrc(2), [1, 2, 18, 65535]); }));
        inputs.Add(Write(buffer, (ref RtcpWriter w) => { w.AddPictureLossIndication(new Ssrc(1), new Ssrc(2)); w.AddFullIntraRequest(new Ssrc(1), new Ssrc(2), 3); w.AddRemb(new Ssrc(1), 123_456, [new Ssrc(9)]); }));
        inputs.Add(Write(buffer, (ref RtcpWriter w) => { w.AddReferenceTime(new Ssrc(1), new NtpTime(99)); w.AddBye([new Ssrc(1)]); }));
        var recorder = new TransportFeedbackRecorder();
        for (var i = 0; i < 300; i += 1 + i % 7 / 6) recorder.OnArrival((ushort)(65_400 + i), Rtc.Net.Instant.FromMilliseconds(100 + i * 3));
        var length = recorder.WriteFeedback(buffer, new Ssrc(1), new Ssrc(2), Rtc.Net.Instant.FromMilliseconds(2000));
        inputs.Add(buffer[..length]);
        return inputs;
    }

    public static IReadOnlyList<byte[]> Stun()
    {
        var buffer = new byte[600];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, "abcdefghijkl"u8);
        writer.AddMessageIntegrity("password"u8);
        writer.AddFingerprint();
        return [buffer[..writer.Length], .. Datagrams().Where(datagram => StunMessage.LooksLikeStun(datagram))];
    }

    public static IReadOnlyList<byte[]> Messages() =>
    [
        .. new[]
        {
            """{"type":"chat","text":"hello","to":"abc"}""",
            """{"type":"offer","to":"sfu","connection":"up","sdp":{"type":"offer","sdp":"v=0\r\n"},"tracks":[{"mid":"0","source":"camera"}]}""",
            """{"type":"ice-candidate","to":"sfu","candidate":{"candidate":"candidate:1 1 udp 2122 10.0.0.1 5000 typ host","sdpMid":"0","sdpMLineIndex":0}}""",
            """{"type":"view","items":[{"peerId":"a","source":"screen","width":640,"height":360}]}""",
            """{"type":"track","source":"microphone","muted":true,"removed":false}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Files as meeting tools export them, of people who promise and ask.</summary>
    public static IReadOnlyList<byte[]> Cues() =>
    [
        .. new[]
        {
            "WEBVTT\n\nNOTE a remark\n\nid-1\n00:00:01.000 --> 00:00:03.500 align:start\n<v Ada Lovelace>Ben, could you send the <i>report</i> by Friday?\n\n00:04.000 --> 00:05.000\n<v Ben>Sure, I'll do that tomorrow.\n",
            "1\r\n00:00:01,000 --> 00:00:03,500\r\nAda: Let's move the release to the twentieth of March.\r\n\r\n2\r\n01:00:04,000 --> 01:00:05,000\r\nBen: Agreed. We decided that &amp; more.\r\n",
            "I'll write the minutes by the end of the month.\nGreat.\nI can draw the plan, or \"never mind\".\nPlease do.\nSo we drop it?\nYes, that's decided.",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private delegate void Add(ref RtcpWriter writer);

    private static byte[] Write(byte[] buffer, Add add)
    {
        var writer = new RtcpWriter(buffer);
        add(ref writer);
        return buffer[..writer.Length];
    }
}
