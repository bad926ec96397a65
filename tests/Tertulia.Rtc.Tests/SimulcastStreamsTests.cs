using System.Text;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Rtc.Tests.Sdp;

namespace Tertulia.Rtc.Tests;

/// <summary>Which encoding of simulcast a packet belongs to.</summary>
public sealed class SimulcastStreamsTests
{
    private readonly MediaReceiver _receiver = new(new PeerConnectionEvents());
    private readonly byte[] _datagram = new byte[1500];

    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    public void Packets_name_their_encoding_whether_or_not_the_offer_named_their_source(string browser)
    {
        var video = SdpSamples.Answer(SdpSamples.Load($"{browser}-sim.offer"), _ => SectionAnswer.Receive).Negotiated.Media[1];
        _receiver.Configure([video]);
        var declared = video.RemoteStreams;
        for (var i = 0; i < video.RemoteRids.Count; i++)
        {
            var ssrc = declared.Count > 0 ? declared[i].Ssrc : new Ssrc(100 + (uint)i);
            Assert.Equal((video.RemoteRids[i], i), Receive(video, ssrc, HeaderExtensionUris.RtpStreamId, video.RemoteRids[i], 10));

            // Later packets, and their retransmissions, go without a name or with one.
            Assert.Equal((video.RemoteRids[i], i), Receive(video, ssrc, null, "", 11));
            var rtx = declared.Count > 0 ? declared[i].RtxSsrc!.Value : new Ssrc(200 + (uint)i);
            Assert.Equal((video.RemoteRids[i], i), Receive(video, rtx, HeaderExtensionUris.RepairedRtpStreamId, video.RemoteRids[i], 12));
        }
    }

    private (string? Rid, int Index) Receive(NegotiatedMedia video, Ssrc ssrc, string? extension, string rid, ushort sequenceNumber)
    {
        var codec = video.Codecs.First(codec => codec.Kind == CodecKind.Vp8);
        var isRtx = extension == HeaderExtensionUris.RepairedRtpStreamId;
        var writer = new RtpWriter(_datagram, isRtx ? codec.RtxPayloadType!.Value : codec.PayloadType, true, sequenceNumber, 90_000, ssrc);
        writer.AddExtension(video.GetExtensionId(HeaderExtensionUris.Mid), Encoding.ASCII.GetBytes(video.Mid));
        if (extension is not null) writer.AddExtension(video.GetExtensionId(extension), Encoding.ASCII.GetBytes(rid));
        var length = writer.WritePayload(isRtx ? [0, (byte)sequenceNumber, 0x10, 1, 2, 3] : [0x10, 1, 2, 3]);
        Assert.True(_receiver.Receive(Instant.Zero, _datagram.AsSpan(0, length), out var packet));
        return (packet.Stream.Rid, packet.Stream.RidIndex);
    }
}
