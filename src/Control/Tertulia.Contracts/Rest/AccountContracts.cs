namespace Tertulia.Contracts.Rest;

public sealed record CreateKeyRequest(string? Name = null);

/// <summary>A key that was just made. <see cref="Key"/> is shown this once: only its hash is stored.</summary>
public sealed record CreatedKey(string Id, string Name, string Key, string Prefix, DateTimeOffset CreatedAt);

/// <param name="Prefix">The first characters of the key, enough to recognise it.</param>
public sealed record KeyView(
    string Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <summary>The account's use in one calendar month (UTC). A limit of null is no limit.</summary>
/// <param name="RecordedMinutes">Of recordings that became ready in this month.</param>
/// <param name="RelayedBytes">What this server's TURN server carried, both ways.</param>
/// <param name="ParticipantMinutes">Started minutes of presence are counted by the second and summed.</param>
public sealed record UsageView(
    string Plan,
    DateTimeOffset PeriodStart,
    DateTimeOffset PeriodEnd,
    long ApiCalls,
    long? ApiCallLimit,
    long MeetingsCreated,
    double ParticipantMinutes,
    double RecordedMinutes,
    long RelayedBytes,
    int? ParticipantLimit);

public sealed record SigninLink(string Url, DateTimeOffset ExpiresAt);

/// <param name="PostQuantum">True when the asking connection would be let into meetings that require post-quantum signaling.</param>
public sealed record SessionView(bool SignedIn, string? AccountName = null, bool? PostQuantum = null);
