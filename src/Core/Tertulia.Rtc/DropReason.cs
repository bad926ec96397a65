namespace Tertulia.Rtc;

/// <summary>Why a packet went no further. Every early return on the packet path names one, and each is counted.</summary>
public enum DropReason
{
    None,

    // Before anything is decrypted
    UnknownAddress,
    UnknownProtocol,
    StunRejected,
    DtlsBeforeSession,
    BeforeKeys,

    // After SRTP
    SrtpAuthentication,
    SrtpReplay,
    SrtpMalformed,
    MalformedRtp,
    MalformedRtcp,
    UnknownSsrc,
    UnknownPayloadType,
    TooManyStreams,
    PaddingOnly,
    Duplicate,
    TooOld,

    // In the room
    NoTrack,
    Muted,

    /// <summary>Of a microphone that is not among those of a large meeting which are forwarded.</summary>
    NotAudible,
    AwaitingKeyFrame,
    LayerNotSelected,
    BeforeSwitch,
    NoCodecAtReceiver,

    // On the way out
    ReceiverNotConnected,
    NoPath,
    TooLarge,
    RetransmissionUnknown,
    RetransmissionUnsupported,

    /// <summary>A copy is on its way, or a key frame has come since.</summary>
    RetransmissionUnneeded,
    RetransmissionTooLate,
    RetransmissionOverBudget,
    RepairOverBudget,
    EventQueueFull,
}

/// <summary>One counter for each <see cref="DropReason"/>; adding never allocates.</summary>
public sealed class DropCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<DropReason>().Length];

    public long this[DropReason reason] => _counts[(int)reason];

    public void Add(DropReason reason) => _counts[(int)reason]++;

    public void AddAll(DropCounters other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>The reasons that occurred, for a snapshot or a log line.</summary>
    public IReadOnlyDictionary<DropReason, long> ToDictionary()
    {
        var result = new Dictionary<DropReason, long>();
        for (var i = 1; i < _counts.Length; i++)
        {
            if (_counts[i] != 0) result[(DropReason)i] = _counts[i];
        }

        return result;
    }
}
