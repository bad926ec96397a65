namespace Tertulia.Rtc;

public enum PeerConnectionState
{
    New,
    Connecting,
    Connected,

    /// <summary>No consent for the configured time: nothing is sent until a valid check revives the connection.</summary>
    Disconnected,
    Failed,
    Closed,
}

public enum PeerConnectionEventKind
{
    StateChanged,

    /// <summary>The receiver of <see cref="PeerConnectionEvent.SendStream"/> cannot decode without a key frame (PLI or FIR).</summary>
    KeyFrameRequested,

    /// <summary>The receiver of <see cref="PeerConnectionEvent.SendStream"/> misses the packet <see cref="PeerConnectionEvent.PacketId"/>.</summary>
    PacketMissing,

    /// <summary>The sender of <see cref="PeerConnectionEvent.ReceiveStream"/> reported its clock.</summary>
    SenderReport,

    /// <summary>The sender of <see cref="PeerConnectionEvent.ReceiveStream"/> lost more than retransmission can repair.</summary>
    KeyFrameNeeded,

    /// <summary>The sender of <see cref="PeerConnectionEvent.ReceiveStream"/> said BYE.</summary>
    StreamEnded,

    /// <summary><see cref="PeerConnection.Bandwidth"/> has moved by 5 % or more since this was last said.</summary>
    BandwidthChanged,
}

/// <summary>Something that a connection noticed; a value, so that reports about packets cost no allocation.</summary>
public readonly record struct PeerConnectionEvent(PeerConnectionEventKind Kind)
{
    public PeerConnectionState State { get; init; }

    public SendStream? SendStream { get; init; }

    public ReceiveStream? ReceiveStream { get; init; }

    public ushort PacketId { get; init; }
}
