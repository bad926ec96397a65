using Tertulia.Rtc.Dtls;
using Tertulia.Rtc.Ice;

namespace Tertulia.Rtc.Sdp;

/// <summary>The attributes that may stand at session level for all sections, or in a section for itself.</summary>
internal sealed class SharedAttributes
{
    private string? _iceUfrag;
    private string? _icePwd;

    public List<DtlsFingerprint> Fingerprints { get; } = [];

    public List<RtpHeaderExtension> Extensions { get; } = [];

    public DtlsSetup? Setup { get; private set; }

    public MediaDirection? Direction { get; private set; }

    public IceCredentials? Ice => _iceUfrag is not null && _icePwd is not null ? new(_iceUfrag, _icePwd) : null;

    /// <summary>False when the attribute is none of these. Malformed ones are taken and dropped: negotiation will miss them.</summary>
    public bool TryApply(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "ice-ufrag":
                // RFC 8839 section 5.4: 4 to 256 characters, 22 to 256 for the password.
                if (value.Length is >= 4 and <= 256 && IsVisible(value)) _iceUfrag = value.ToString();
                return true;
            case "ice-pwd":
                if (value.Length is >= 22 and <= 256 && IsVisible(value)) _icePwd = value.ToString();
                return true;
            case "fingerprint":
                AddFingerprint(value);
                return true;
            case "setup":
                if (MediaNames.TryParseSetup(value, out var setup)) Setup = setup;
                return true;
            case "extmap":
                AddExtension(value);
                return true;
            default:
                if (!MediaDirections.TryParse(name, out var direction)) return false;
                Direction = direction;
                return true;
        }
    }

    private static bool IsVisible(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('!', '~') < 0;

    private void AddFingerprint(ReadOnlySpan<char> value)
    {
        var algorithm = SdpWords.Next(ref value);
        var hash = SdpWords.Next(ref value);
        if (Fingerprints.Count == SdpLimits.MaxFingerprints || algorithm.IsEmpty || !IsColonSeparatedHex(hash)) return;
        Fingerprints.Add(new(algorithm.ToString().ToLowerInvariant(), hash.ToString().ToUpperInvariant()));
    }

    private static bool IsColonSeparatedHex(ReadOnlySpan<char> text)
    {
        // 64 bytes are a SHA-512.
        if (text.Length % 3 != 2 || text.Length > 64 * 3 - 1) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (i % 3 == 2 ? text[i] != ':' : !char.IsAsciiHexDigit(text[i])) return false;
        }

        return true;
    }

    private void AddExtension(ReadOnlySpan<char> value)
    {
        var idText = SdpWords.Next(ref value);
        var uri = SdpWords.Next(ref value);
        var direction = MediaDirection.SendReceive;
        var slash = idText.IndexOf('/');
        if (slash >= 0)
        {
            if (!MediaDirections.TryParse(idText[(slash + 1)..], out direction)) return;
            idText = idText[..slash];
        }

        // Id 15 ends the one-byte form early (RFC 8285 section 4.2), ids above 255 only number alternatives in an offer.
        if (!byte.TryParse(idText, System.Globalization.NumberStyles.None, null, out var id) || id is 0 or 15 || uri.IsEmpty) return;
        if (Extensions.Count == SdpLimits.MaxExtensions) return;
        foreach (var known in Extensions)
        {
            if (known.Id == id) return;
        }

        Extensions.Add(new(id, uri.ToString(), direction) { Attributes = value.IsEmpty ? null : value.ToString() });
    }
}
