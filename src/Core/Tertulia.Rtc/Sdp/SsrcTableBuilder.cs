using System.Globalization;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Sdp;

/// <summary>Collects <c>a=ssrc</c> and <c>a=ssrc-group</c> lines (RFC 5576).</summary>
internal sealed class SsrcTableBuilder
{
    private readonly List<SsrcDescription> _sources = [];
    private readonly Dictionary<Ssrc, int> _indexes = [];

    public List<SsrcGroup> Groups { get; } = [];

    /// <summary>The stream and track of the first source: where descriptions without <c>a=msid</c> give them.</summary>
    public Msid? FirstMsid { get; private set; }

    public void Add(ReadOnlySpan<char> value)
    {
        if (!TryParseSsrc(SdpWords.Next(ref value), out var ssrc)) return;
        if (!_indexes.TryGetValue(ssrc, out var index))
        {
            if (_sources.Count == SdpLimits.MaxSsrcs) return;
            index = _sources.Count;
            _indexes.Add(ssrc, index);
            _sources.Add(new(ssrc));
        }

        if (value.StartsWith("cname:", StringComparison.Ordinal))
        {
            _sources[index] = _sources[index] with { Cname = value[6..].Trim().ToString() };
        }
        else if (value.StartsWith("msid:", StringComparison.Ordinal))
        {
            var msid = MediaSectionBuilder.ParseMsid(value[5..]);
            _sources[index] = _sources[index] with { Msid = msid };
            FirstMsid ??= msid;
        }
    }

    public void AddGroup(ReadOnlySpan<char> value)
    {
        var semantics = SdpWords.Next(ref value);
        if (semantics.IsEmpty || Groups.Count == SdpLimits.MaxSsrcGroups) return;
        var ssrcs = new List<Ssrc>();
        while (!value.IsEmpty && ssrcs.Count < SdpLimits.MaxRids)
        {
            if (!TryParseSsrc(SdpWords.Next(ref value), out var ssrc)) return;
            ssrcs.Add(ssrc);
        }

        if (ssrcs.Count > 0) Groups.Add(new(semantics.ToString(), ssrcs));
    }

    public List<SsrcDescription> Build() => _sources;

    private static bool TryParseSsrc(ReadOnlySpan<char> text, out Ssrc ssrc)
    {
        var parsed = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        ssrc = new(value);
        return parsed;
    }
}
