using Tertulia.Rtc.Ice;

namespace Tertulia.Rtc.Sdp;

/// <summary>Collects one media section while its lines are read.</summary>
internal sealed class MediaSectionBuilder(string media, ushort port, string protocol, List<string> formats)
{
    private readonly SharedAttributes _shared = new();
    private readonly CodecTableBuilder _codecs = new();
    private readonly SsrcTableBuilder _ssrcs = new();
    private readonly List<IceCandidate> _candidates = [];
    private readonly List<RidDescription> _rids = [];
    private readonly List<SdpAttribute> _otherAttributes = [];
    private SimulcastDescription? _simulcast;
    private string _mid = "";
    private Msid? _msid;
    private bool _bundleOnly;
    private bool _extmapAllowMixed;
    private bool _endOfCandidates;
    private bool _rtcpMux;
    private bool _rtcpReducedSize;

    public List<SdpBandwidth> Bandwidth { get; } = [];

    /// <summary>False when the attribute is malformed in a way that makes the section unusable.</summary>
    public bool TryApply(ReadOnlySpan<char> name, ReadOnlySpan<char> value, bool hasArgument)
    {
        switch (name)
        {
            case "mid":
                if (value.Length > SdpLimits.MaxMidLength || !SdpWords.IsToken(value)) return false;
                _mid = value.ToString();
                break;
            case "bundle-only":
                _bundleOnly = true;
                break;
            case "rtpmap":
                _codecs.AddMap(value);
                break;
            case "fmtp":
                _codecs.AddParameters(value);
                break;
            case "rtcp-fb":
                _codecs.AddFeedback(value);
                break;
            case "rtcp-mux":
                _rtcpMux = true;
                break;
            case "rtcp-rsize":
                _rtcpReducedSize = true;
                break;
            case "extmap-allow-mixed":
                _extmapAllowMixed = true;
                break;
            case "msid":
                _msid ??= ParseMsid(value);
                break;
            case "ssrc":
                _ssrcs.Add(value);
                break;
            case "ssrc-group":
                _ssrcs.AddGroup(value);
                break;
            case "rid":
                AddRid(value);
                break;
            case "simulcast":
                _simulcast ??= SimulcastSyntax.Parse(value);
                break;
            case "candidate":
                if (_candidates.Count < SdpLimits.MaxCandidates && IceCandidate.TryParse(value, out var candidate) && candidate.Component == 1)
                    _candidates.Add(candidate);
                break;
            case "end-of-candidates":
                _endOfCandidates = true;
                break;
            default:
                if (!_shared.TryApply(name, value)) _otherAttributes.Add(new(name.ToString(), hasArgument ? value.ToString() : null));
                break;
        }

        return true;
    }

    public MediaSection Build(SharedAttributes session, bool extmapAllowMixed) => new(MediaNames.ParseKind(media), _mid)
    {
        Media = media,
        Port = port,
        Protocol = protocol,
        Formats = formats,
        Codecs = _codecs.Build(formats),
        Direction = _shared.Direction ?? session.Direction ?? MediaDirection.SendReceive,
        BundleOnly = _bundleOnly,
        HeaderExtensions = InheritExtensions(session),
        ExtmapAllowMixed = _extmapAllowMixed || extmapAllowMixed,
        Msid = _msid ?? _ssrcs.FirstMsid,
        Ssrcs = _ssrcs.Build(),
        SsrcGroups = _ssrcs.Groups,
        Rids = _rids,
        Simulcast = _simulcast,
        Ice = _shared.Ice ?? session.Ice,
        Fingerprints = _shared.Fingerprints.Count > 0 ? _shared.Fingerprints : session.Fingerprints,
        Setup = _shared.Setup ?? session.Setup,
        Candidates = _candidates,
        EndOfCandidates = _endOfCandidates,
        RtcpMux = _rtcpMux,
        RtcpReducedSize = _rtcpReducedSize,
        Bandwidth = Bandwidth,
        OtherAttributes = _otherAttributes,
    };

    /// <summary>Reads <c>stream track</c>; Firefox writes ids in braces, which belong to them.</summary>
    internal static Msid? ParseMsid(ReadOnlySpan<char> value)
    {
        var stream = SdpWords.Next(ref value);
        var track = SdpWords.Next(ref value);
        return stream.IsEmpty ? null : new(stream.ToString(), track.ToString());
    }

    private List<RtpHeaderExtension> InheritExtensions(SharedAttributes session)
    {
        if (session.Extensions.Count == 0) return _shared.Extensions;
        var all = new List<RtpHeaderExtension>(_shared.Extensions);
        foreach (var inherited in session.Extensions)
        {
            if (all.Count < SdpLimits.MaxExtensions && !all.Exists(own => own.Id == inherited.Id)) all.Add(inherited);
        }

        return all;
    }

    private void AddRid(ReadOnlySpan<char> value)
    {
        var id = SdpWords.Next(ref value);
        var direction = SdpWords.Next(ref value);
        var isSend = direction is "send";
        if (_rids.Count == SdpLimits.MaxRids || !SimulcastSyntax.IsRid(id) || (!isSend && direction is not "recv")) return;
        foreach (var known in _rids)
        {
            if (id.SequenceEqual(known.Id)) return;
        }

        _rids.Add(new(id.ToString(), isSend, value.IsEmpty ? null : value.ToString()));
    }
}
