using System.Text;
using Tertulia.Contracts.Signaling;
using Tertulia.Contracts.Transcripts;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtcp;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Stun;
using Tertulia.Sfu;
using Tertulia.Simulation;
using Tertulia.Summaries;
using Tertulia.Summaries.Rules;

namespace Tertulia.Fuzz;

/// <summary>One parser, the valid inputs it is begun from, and how long inputs may get.</summary>
internal sealed record Target(string Name, Func<IReadOnlyList<byte[]>> Corpus, Func<Feed> Open, int MaxLength = 1500);

/// <summary>Gives one damaged input to what is tested. Must return: any exception is a find.</summary>
internal delegate void Feed(Span<byte> input);

internal static class Targets
{
    public static IReadOnlyList<Target> All(string repository) =>
    [
        new("stun", Corpus.Stun, () => Stun),
        new("rtp", Corpus.Datagrams, () => Rtp),
        new("rtcp", Corpus.Rtcp, () => Rtcp),
        new("payloads", Corpus.Datagrams, () => Payloads),
        new("sdp", () => Corpus.Descriptions(repository), () => Sdp, 64 * 1024),
        new("messages", Corpus.Messages, () => Messages, 4096),
        new("cues", Corpus.Cues, () => Cues, 8 * 1024),
        new("summaries", Corpus.Cues, () => Summaries, 8 * 1024),
        new("room", Corpus.Datagrams, OpenRoom),
        .. TlsTargets.All(),
        .. TapTargets.All(),
        .. AnswerTargets.All(),
        .. TurnTargets.All(),
    ];

    private static void Stun(Span<byte> input)
    {
        if (!StunMessage.TryParse(input, out var message)) return;
        message.VerifyIntegrity("password"u8);
        message.VerifyFingerprint();
        foreach (var attribute in message.Attributes) _ = attribute.Value.Length;
    }

    private static void Rtp(Span<byte> input)
    {
        if (!RtpPacket.TryParse(input, out var packet)) return;
        for (var id = 0; id < 16; id++) packet.TryGetExtension(id, out _);
        foreach (var extension in packet.Extensions) _ = extension.Value.Length;
        Rtx.TryReadPayload(packet.Payload, out _, out _);
    }

    private static void Rtcp(Span<byte> input)
    {
        var reader = new RtcpReader(input);
        while (reader.TryRead(out var packet))
        {
            if (SenderReport.TryParse(packet, out var sent)) foreach (var block in sent.Blocks) _ = block.Jitter;
            if (ReceiverReport.TryParse(packet, out var received)) foreach (var block in received.Blocks) _ = block.Jitter;
            if (Sdes.TryParse(packet, out var description)) foreach (var item in description) _ = item.Value.Length;
            if (Bye.TryParse(packet, out var bye)) for (var i = 0; i < bye.SourceCount; i++) _ = bye.Source(i);
            if (GenericNack.TryParse(packet, out var nack)) foreach (var lost in nack) _ = lost;
            if (FullIntraRequest.TryParse(packet, out var request)) for (var i = 0; i < request.Count; i++) _ = request[i];
            if (Remb.TryParse(packet, out var remb)) for (var i = 0; i < remb.SsrcCount; i++) _ = remb.Ssrc(i);
            if (TransportFeedback.TryParse(packet, out var feedback)) foreach (var status in feedback) _ = status;
            _ = PictureLossIndication.TryParse(packet, out _);
            if (ExtendedReport.TryParse(packet, out var extended)) extended.TryGetReferenceTime(out _);
        }
    }

    private static void Payloads(Span<byte> input)
    {
        var layers = new FrameLayerReader();
        foreach (var kind in Enum.GetValues<CodecKind>())
        {
            KeyFrameDetector.IsKeyFrameStart(kind, input);
            layers.Read(kind, input, marker: false, input);
        }

        if (Vp8PayloadDescriptor.TryParse(input, out var descriptor)) descriptor.Rewrite(input, 5, 6);
        if (Vp9PayloadDescriptor.TryParse(input, out var vp9)) vp9.Rewrite(input, 5, 6);
        H264Payload.TryGetPictureSize(input, out _);
        if (RedPayload.TryParse(input, out var red)) foreach (var block in red) _ = block;
    }

    private static void Sdp(Span<byte> input)
    {
        if (!SdpParser.TryParse(Encoding.UTF8.GetString(input), out var session, out _)) return;
        var local = new LocalTransport(new("fragment", "passwordpasswordpassword"), "AA:BB", []);
        if (SdpNegotiator.TryAnswer(session, local, MediaPolicy.Default, _ => SectionAnswer.Receive, out var answer, out _, out _)) SdpWriter.Write(answer);
        SdpNegotiator.TryApplyAnswer(session, session, out _, out _);
    }

    private static void Messages(Span<byte> input) => ClientMessageReader.Read(input.ToArray());

    private static void Cues(Span<byte> input)
    {
        if (!CueReader.TryRead(Encoding.UTF8.GetString(input), out var cues, out _)) return;
        // What was read is written and read again, whatever it holds.
        var valid = cues.Where(cue => cue.Id is null || !cue.Id.Contains("-->", StringComparison.Ordinal)).ToList();
        if (valid.Count > 0 && (!CueReader.TryRead(TranscriptFile.ToWebVtt(valid), out var again, out _) || again.Count != valid.Count)) throw new InvalidOperationException("A cue was lost.");
        TranscriptFile.ToSubRip(cues);
        TranscriptFile.ToPlainText(cues);
    }

    private static void Summaries(Span<byte> input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n').Select((text, i) => new SpokenLine($"{i}", i % 3 == 0 ? "Ada" : "Ben", i, i + 1, text)).ToList();
        var transcript = new MeetingTranscript(lines, ["Ada", "Ben"], new DateOnly(2026, 3, 2), "en");
        EvidenceVerifier.Verify(transcript, RuleEngine.Summarize(transcript));
    }

    /// <summary>A running meeting, attacked from an address that one of its participants really uses.</summary>
    private static Feed OpenRoom()
    {
        var meeting = new SimulatedMeeting(seed: 42, useDtls: true);
        var ada = meeting.Join("ada");
        var ben = meeting.Join("ben");
        meeting.Run(TimeSpan.FromSeconds(2));
        var outbox = new DatagramBatch();
        var fed = 0L;
        return input =>
        {
            var path = new NetworkPath((fed % 2 == 0 ? ada : ben).UplinkConnection.Address, SimulatedMeeting.ServerAddress);
            if (meeting.Table.TryRoute(path, input, out var connection)) connection.Room.HandleDatagram(meeting.Now, connection, path, input, outbox);
            outbox.Clear();
            if (++fed % 20_000 != 0) return;

            // The people in the meeting must not have noticed.
            var frames = ben.Sees(ada)!.FramesDecoded;
            meeting.Run(TimeSpan.FromSeconds(1));
            if (ben.Sees(ada)!.FramesDecoded < frames + 25) throw new InvalidOperationException("The meeting suffered.");
        };
    }
}
