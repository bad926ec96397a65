namespace Tertulia.Rtc.Stun;

/// <summary>RFC 8489 section 5: two bits of the message type.</summary>
public enum StunClass : byte
{
    Request = 0,
    Indication = 1,
    Success = 2,
    Error = 3,
}

/// <summary>Methods of STUN (RFC 8489 section 18.2) and TURN (RFC 8656 section 17).</summary>
public enum StunMethod : ushort
{
    Binding = 0x001,
    Allocate = 0x003,
    Refresh = 0x004,
    Send = 0x006,
    Data = 0x007,
    CreatePermission = 0x008,
    ChannelBind = 0x009,
}

/// <summary>
/// Attributes of STUN (RFC 8489), ICE (RFC 8445) and TURN (RFC 8656). Those below 0x8000 must be understood by whoever receives
/// them in a request.
/// </summary>
public enum StunAttributeType : ushort
{
    None = 0,
    MappedAddress = 0x0001,
    Username = 0x0006,
    MessageIntegrity = 0x0008,
    ErrorCode = 0x0009,
    UnknownAttributes = 0x000a,
    ChannelNumber = 0x000c,
    Lifetime = 0x000d,
    XorPeerAddress = 0x0012,
    Data = 0x0013,
    Realm = 0x0014,
    Nonce = 0x0015,
    XorRelayedAddress = 0x0016,
    RequestedAddressFamily = 0x0017,
    EvenPort = 0x0018,
    RequestedTransport = 0x0019,
    DontFragment = 0x001a,
    MessageIntegritySha256 = 0x001c,
    PasswordAlgorithm = 0x001d,
    Userhash = 0x001e,
    XorMappedAddress = 0x0020,
    ReservationToken = 0x0022,
    Priority = 0x0024,
    UseCandidate = 0x0025,
    AdditionalAddressFamily = 0x8000,
    AddressErrorCode = 0x8001,
    PasswordAlgorithms = 0x8002,
    AlternateDomain = 0x8003,
    Icmp = 0x8004,
    Software = 0x8022,
    AlternateServer = 0x8023,
    Fingerprint = 0x8028,
    IceControlled = 0x8029,
    IceControlling = 0x802a,

    /// <summary>RFC 8016 section 4.</summary>
    MobilityTicket = 0x8030,
}

/// <summary>Error codes used by this project (RFC 8489 section 14.8, RFC 8445 section 7.3.1.1, RFC 8656 section 19).</summary>
public static class StunErrorCode
{
    public const int BadRequest = 400;
    public const int Unauthenticated = 401;
    public const int Forbidden = 403;
    public const int UnknownAttribute = 420;
    public const int AllocationMismatch = 437;
    public const int StaleNonce = 438;
    public const int AddressFamilyNotSupported = 440;
    public const int WrongCredentials = 441;
    public const int UnsupportedTransport = 442;
    public const int PeerAddressFamilyMismatch = 443;
    public const int AllocationQuotaReached = 486;
    public const int RoleConflict = 487;
    public const int ServerError = 500;
    public const int InsufficientCapacity = 508;
}
