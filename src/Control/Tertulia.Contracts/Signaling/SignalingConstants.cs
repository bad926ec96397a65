namespace Tertulia.Contracts.Signaling;

/// <summary>Sizes that a signaling message may have. What is larger is answered with an error; the connection lives on.</summary>
public static class SignalingLimits
{
    /// <summary>Bytes of one text message.</summary>
    public const int LanguageTag = 35;
    public const int MessageBytes = 256 * 1024;

    /// <summary>UTF-16 code units of one chat message.</summary>
    public const int ChatText = 4_000;

    /// <summary>What <c>chat-history</c> holds at most: the newest messages, and of those the newest text (UTF-16 code units).</summary>
    public const int HistoryMessages = 5_000;

    public const int HistoryText = 2_000_000;

    public const int DisplayName = 64;

    public const int Emoji = 32;

    public const int PeerId = 64;

    /// <summary>Tracks that one offer may name, sources that one <c>view</c> may list.</summary>
    public const int Items = 256;

    public const int Candidate = 4_096;
}

/// <summary>The WebSocket subprotocol by which a client asks for the transport dialect, and the names of both dialects in <c>welcome</c>.</summary>
public static class SignalingDialects
{
    public const string Transport = "tertulia.v1";
    public const string PerPeer = "per-peer";
}

/// <summary>Peer ids that no participant can have.</summary>
public static class ReservedPeerIds
{
    /// <summary>The server's own end: the uplink of the per-peer dialect, both connections of the transport dialect.</summary>
    public const string Sfu = "sfu";

    /// <summary>What <c>active-speaker</c> says to a per-peer client that is itself the speaker.</summary>
    public const string Local = "local";
}

/// <summary>The <c>connection</c> of the transport dialect's descriptions.</summary>
public static class ConnectionNames
{
    public const string Up = "up";
    public const string Down = "down";
    public const string Peer = "peer";

    public static bool IsKnown(string name) => name is Up or Down or Peer;
}

/// <summary>What a track shows or carries, as the wire names it.</summary>
public static class SourceNames
{
    public const string Microphone = "microphone";
    public const string Camera = "camera";
    public const string Screen = "screen";
    public const string ScreenAudio = "screen-audio";

    public static bool IsKnown(string name) => name is Microphone or Camera or Screen or ScreenAudio;
}

/// <summary>How a recording stands.</summary>
public static class RecordingStates
{
    public const string Recording = "recording";
    public const string Processing = "processing";
    public const string Ready = "ready";
    public const string Failed = "failed";
}

/// <summary>Whether a meeting is broadcast.</summary>
public static class BroadcastStates
{
    public const string Live = "live";
    public const string Ended = "ended";

    /// <summary>Not begun, or not begun again; only viewers are told.</summary>
    public const string Waiting = "waiting";
}

/// <summary>Why a recording misses something while the meeting goes on.</summary>
public static class RecordingProblems
{
    public const string DiskFull = "disk-full";
    public const string DiskError = "disk-error";
    public const string DiskSlow = "disk-slow";
}

/// <summary>Why somebody is no longer there, in <c>peer-left</c> and in the list of participants.</summary>
public static class LeaveReasons
{
    public const string Left = "left";
    public const string Lost = "lost";
    public const string Removed = "removed";
    public const string Replaced = "replaced";

    /// <summary>Per-peer dialect only: the peer stays, the pair of connections is being rebuilt.</summary>
    public const string Moved = "moved";
    public const string Ended = "ended";
}

/// <summary>Codes of <c>error</c> messages.</summary>
public static class SignalingErrors
{
    public const string Malformed = "malformed";
    public const string TooLarge = "too-large";
    public const string UnknownPeer = "unknown-peer";
    public const string NotAllowed = "not-allowed";
    public const string InvalidField = "invalid-field";
    public const string BadSdp = "bad-sdp";
    public const string WrongState = "wrong-state";
    public const string Throttled = "throttled";

    /// <summary>The server could not do what it should; trying again may help.</summary>
    public const string Internal = "internal";
}

/// <summary>WebSocket close codes with which the server ends a connection.</summary>
public static class SignalingCloseCodes
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int Replaced = 4001;
    public const int Flood = 4002;
    public const int Removed = 4003;
    public const int MeetingEnded = 4004;
    public const int TooSlow = 4008;
    public const int Internal = 4500;
}
