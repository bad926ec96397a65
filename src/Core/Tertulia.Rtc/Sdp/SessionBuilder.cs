using System.Diagnostics.CodeAnalysis;

namespace Tertulia.Rtc.Sdp;

/// <summary>Collects a description while its lines are read, then resolves what the session level gives to all sections.</summary>
internal sealed class SessionBuilder
{
    private static readonly SessionOrigin UnknownOrigin = new("-", "0", 0);

    private readonly List<MediaSectionBuilder> _sections = [];
    private readonly List<MediaGroup> _groups = [];
    private readonly List<string> _iceOptions = [];
    private readonly List<SdpAttribute> _otherAttributes = [];
    private readonly SharedAttributes _shared = new();
    private bool _iceLite;
    private bool _extmapAllowMixed;

    public SessionOrigin Origin { get; set; } = UnknownOrigin;

    public string Name { get; set; } = "-";

    public MediaSectionBuilder? Current { get; private set; }

    public int SectionCount => _sections.Count;

    public void BeginSection(MediaSectionBuilder section)
    {
        _sections.Add(section);
        Current = section;
    }

    public bool TryApplyAttribute(ReadOnlySpan<char> name, ReadOnlySpan<char> value, bool hasArgument, int line, out SdpError error)
    {
        error = default;
        if (Current is { } section)
        {
            if (section.TryApply(name, value, hasArgument)) return true;
            error = SdpError.Of(SdpErrorCode.MalformedAttribute, "A mid is a token of at most 255 characters.", line);
            return false;
        }

        switch (name)
        {
            case "group":
                AddGroup(value);
                break;
            case "ice-lite":
                _iceLite = true;
                break;
            case "ice-options":
                while (!value.IsEmpty && _iceOptions.Count < SdpLimits.MaxRids) _iceOptions.Add(SdpWords.Next(ref value).ToString());
                break;
            case "extmap-allow-mixed":
                _extmapAllowMixed = true;
                break;
            default:
                if (!_shared.TryApply(name, value)) _otherAttributes.Add(new(name.ToString(), hasArgument ? value.ToString() : null));
                break;
        }

        return true;
    }

    public bool TryBuild([NotNullWhen(true)] out SessionDescription? session, out SdpError error)
    {
        session = null;
        var mids = new HashSet<string>(StringComparer.Ordinal);
        var sections = new MediaSection[_sections.Count];
        for (var i = 0; i < sections.Length; i++)
        {
            sections[i] = _sections[i].Build(_shared, _extmapAllowMixed);
            if (sections[i].Mid.Length == 0 || mids.Add(sections[i].Mid)) continue;
            error = SdpError.Of(SdpErrorCode.DuplicateMid, "Two media sections have the same mid.");
            return false;
        }

        session = new(Origin, sections)
        {
            Name = Name,
            Groups = _groups,
            IceLite = _iceLite,
            IceOptions = _iceOptions,
            ExtmapAllowMixed = _extmapAllowMixed,
            OtherAttributes = _otherAttributes,
        };
        error = default;
        return true;
    }

    private void AddGroup(ReadOnlySpan<char> value)
    {
        var semantics = SdpWords.Next(ref value);
        if (semantics.IsEmpty || _groups.Count == SdpLimits.MaxRids) return;
        var mids = new List<string>();
        while (!value.IsEmpty && mids.Count < SdpLimits.MaxSections) mids.Add(SdpWords.Next(ref value).ToString());
        _groups.Add(new(semantics.ToString(), mids));
    }
}
