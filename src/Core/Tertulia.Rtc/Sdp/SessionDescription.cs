namespace Tertulia.Rtc.Sdp;

/// <summary>
/// The <c>o=</c> line (RFC 8866 section 5.2).
/// </summary>
/// <param name="SessionId">Decimal digits.</param>
/// <param name="Version">Grows with each new description of the same session.</param>
public sealed record SessionOrigin(string Username, string SessionId, ulong Version, string Address = "IN IP4 127.0.0.1");

/// <summary>A session description (RFC 8866) as browsers exchange it (RFC 9429).</summary>
public sealed record SessionDescription(SessionOrigin Origin, IReadOnlyList<MediaSection> MediaSections)
{
    public string Name { get; init; } = "-";

    public IReadOnlyList<MediaGroup> Groups { get; init; } = [];

    public bool IceLite { get; init; }

    public IReadOnlyList<string> IceOptions { get; init; } = [];

    /// <summary>Given at session level; sections know it too.</summary>
    public bool ExtmapAllowMixed { get; init; }

    public IReadOnlyList<SdpAttribute> OtherAttributes { get; init; } = [];

    /// <summary>The mids of the first BUNDLE group; empty when nothing is bundled.</summary>
    public IReadOnlyList<string> BundledMids
    {
        get
        {
            foreach (var group in Groups)
            {
                if (group.Semantics.Equals(MediaGroup.Bundle, StringComparison.OrdinalIgnoreCase)) return group.Mids;
            }

            return [];
        }
    }

    public MediaSection? FindSection(string mid)
    {
        foreach (var section in MediaSections)
        {
            if (section.Mid == mid) return section;
        }

        return null;
    }

    public override string ToString() => SdpWriter.Write(this);
}
