using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc;

/// <summary>One media section that the remote side sends in: its codecs by payload type.</summary>
internal sealed class ReceiveSection
{
    private readonly RtpCodec?[] _codecs = new RtpCodec?[128];
    private readonly RtpCodec?[] _repaired = new RtpCodec?[128];

    public ReceiveSection(NegotiatedMedia media)
    {
        Mid = media.Mid;
        Kind = media.Kind;
        Update(media);
    }

    public string Mid { get; }

    public MediaKind Kind { get; }

    /// <summary>Of the first codec; all codecs of video, and Opus, have but one.</summary>
    public int ClockRate { get; private set; } = 90_000;

    public bool SupportsNack { get; private set; }

    public bool SupportsPictureLossIndication { get; private set; }

    public bool SupportsFullIntraRequest { get; private set; }

    private IReadOnlyList<string> _rids = [];

    public int RidIndexOf(string rid)
    {
        for (var i = 0; i < _rids.Count; i++)
        {
            if (_rids[i] == rid) return i;
        }

        return -1;
    }

    public void Update(NegotiatedMedia media)
    {
        _rids = media.RemoteRids;
        Array.Clear(_codecs);
        Array.Clear(_repaired);
        if (media.Codecs.Count > 0) ClockRate = media.Codecs[0].ClockRate;
        foreach (var codec in media.Codecs)
        {
            _codecs[codec.PayloadType & 0x7f] = codec;
            if (codec.RtxPayloadType is { } rtx) _repaired[rtx & 0x7f] = codec;
            SupportsNack |= codec.HasFeedback("nack");
            SupportsPictureLossIndication |= codec.HasFeedback("nack pli");
            SupportsFullIntraRequest |= codec.HasFeedback("ccm fir");
        }
    }

    /// <summary>The codec that a media packet of this payload type carries.</summary>
    public RtpCodec? Codec(byte payloadType) => _codecs[payloadType & 0x7f] is { Kind: not CodecKind.Rtx } codec ? codec : null;

    /// <summary>The codec that a retransmission of this payload type repairs (the fmtp's apt, RFC 4588 section 8.1).</summary>
    public RtpCodec? RepairedCodec(byte payloadType) => _repaired[payloadType & 0x7f];

    public bool Uses(byte payloadType) => Codec(payloadType) is not null || RepairedCodec(payloadType) is not null;
}
