using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tertulia.Contracts;

/// <summary>How a meeting behaves, as its creator asked for it. Kept as sent, settings of later versions included.</summary>
/// <param name="MaxParticipants">As asked for; the effective number is <c>MeetingRecord.MaxParticipants</c>.</param>
/// <param name="Topology">One of <see cref="MeetingTopology"/>.</param>
/// <param name="Access">One of <see cref="MeetingAccess"/>.</param>
/// <param name="RequirePostQuantum">Only those come in whose signaling is protected by a post-quantum key exchange.</param>
public sealed record MeetingSettings(
    int? MaxParticipants = null,
    string Topology = MeetingTopology.Sfu,
    string Access = MeetingAccess.Link,
    RecordingSettings? Recording = null,
    TranscriptionSettings? Transcription = null,
    bool? RequirePostQuantum = null)
{
    /// <summary>Settings this version does not know: kept and returned, so that nothing a client asked for is lost.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Other { get; set; }
}

public sealed record RecordingSettings(bool AutoStart = false);

/// <param name="Language">A BCP 47 tag, for example <c>en</c> or <c>pt-BR</c>.</param>
public sealed record TranscriptionSettings(bool Enabled = false, string Language = "en", bool ShowCaptions = false);

public static class MeetingTopology
{
    public const string Sfu = "sfu";
    public const string PeerToPeer = "p2p";
    public const string Auto = "auto";

    public static bool IsKnown(string value) => value is Sfu or PeerToPeer or Auto;
}

public static class MeetingAccess
{
    /// <summary>Whoever knows the link may join as a guest.</summary>
    public const string Link = "link";

    /// <summary>Only holders of the account's key may let somebody in.</summary>
    public const string Key = "key";

    public static bool IsKnown(string value) => value is Link or Key;
}

public static class ParticipantRole
{
    public const string Host = "host";
    public const string Participant = "participant";
    public const string Guest = "guest";

    public static bool IsKnown(string value) => value is Host or Participant or Guest;
}
