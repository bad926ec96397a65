namespace Tertulia.Rtc.Sdp;

/// <summary>The media of an <c>m=</c> line.</summary>
public enum MediaKind
{
    Audio,
    Video,

    /// <summary>Data channels among others; always answered with port 0.</summary>
    Application,

    /// <summary>text, image, message or anything unknown; always answered with port 0.</summary>
    Other,
}

/// <summary>Who sends, as seen by the one whose description it stands in. The two low bits are "sends" and "receives".</summary>
public enum MediaDirection
{
    Inactive = 0,
    SendOnly = 1,
    ReceiveOnly = 2,
    SendReceive = 3,
}

/// <summary>The DTLS role of <c>a=setup</c> (RFC 8842 section 5).</summary>
public enum DtlsSetup
{
    ActPass,
    Active,
    Passive,
    HoldConnection,
}

public static class MediaDirections
{
    public static bool Sends(this MediaDirection direction) => (direction & MediaDirection.SendOnly) != 0;

    public static bool Receives(this MediaDirection direction) => (direction & MediaDirection.ReceiveOnly) != 0;

    /// <summary>The same media flow as the other end sees it.</summary>
    public static MediaDirection Reversed(this MediaDirection direction) =>
        (MediaDirection)(((int)direction & 1) << 1 | (int)direction >> 1);

    /// <summary>The attribute's name.</summary>
    public static string ToAttribute(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.ReceiveOnly => "recvonly",
        MediaDirection.SendReceive => "sendrecv",
        _ => "inactive",
    };

    internal static bool TryParse(ReadOnlySpan<char> text, out MediaDirection direction)
    {
        for (direction = MediaDirection.Inactive; direction <= MediaDirection.SendReceive; direction++)
        {
            if (text.Equals(direction.ToAttribute(), StringComparison.OrdinalIgnoreCase)) return true;
        }

        direction = default;
        return false;
    }
}

internal static class MediaNames
{
    public static string ToName(this MediaKind kind) => kind switch
    {
        MediaKind.Audio => "audio",
        MediaKind.Video => "video",
        MediaKind.Application => "application",
        _ => "other",
    };

    public static MediaKind ParseKind(ReadOnlySpan<char> name)
    {
        if (name.Equals("audio", StringComparison.OrdinalIgnoreCase)) return MediaKind.Audio;
        if (name.Equals("video", StringComparison.OrdinalIgnoreCase)) return MediaKind.Video;
        return name.Equals("application", StringComparison.OrdinalIgnoreCase) ? MediaKind.Application : MediaKind.Other;
    }

    public static string ToAttribute(this DtlsSetup setup) => setup switch
    {
        DtlsSetup.ActPass => "actpass",
        DtlsSetup.Active => "active",
        DtlsSetup.Passive => "passive",
        _ => "holdconn",
    };

    public static bool TryParseSetup(ReadOnlySpan<char> text, out DtlsSetup setup)
    {
        for (setup = DtlsSetup.ActPass; setup <= DtlsSetup.HoldConnection; setup++)
        {
            if (text.Equals(setup.ToAttribute(), StringComparison.OrdinalIgnoreCase)) return true;
        }

        setup = default;
        return false;
    }
}
