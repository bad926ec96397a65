namespace Tertulia.Control.Accounts;

/// <summary>What a meeting token says. Whoever holds one may connect as this participant until it expires.</summary>
/// <param name="Role">One of <c>ParticipantRole</c>.</param>
/// <param name="Grants">Some of <see cref="MeetingGrants"/>.</param>
/// <param name="Purpose"><see cref="MeetingTokenPurpose.Join"/> or <see cref="MeetingTokenPurpose.Resume"/>.</param>
public sealed record MeetingTokenClaims(
    string MeetingId,
    string AccountId,
    string PeerId,
    string DisplayName,
    string Role,
    IReadOnlyList<string> Grants,
    string Purpose,
    DateTimeOffset ExpiresAt)
{
    /// <summary>A JSON object of at most 2 KiB that the others are told with <c>peer-joined</c>; null if none was given.</summary>
    public string? MetadataJson { get; init; }
}

public static class MeetingTokenPurpose
{
    public const string Join = "join";
    public const string Resume = "resume";
}

public static class MeetingGrants
{
    public const string Publish = "publish";
    public const string Subscribe = "subscribe";
    public const string Chat = "chat";

    /// <summary>Mute and remove others, end the meeting.</summary>
    public const string Moderate = "moderate";

    public static IReadOnlyList<string> For(string role) =>
        role == Contracts.ParticipantRole.Host ? [Publish, Subscribe, Chat, Moderate] : [Publish, Subscribe, Chat];
}
