namespace Tertulia.Control.Meetings;

/// <summary>How long a meeting waits for what may still come. The defaults are the contract's; tests may differ.</summary>
public sealed record MeetingOptions
{
    /// <summary>How long a transport-dialect client may take to come back after its socket broke.</summary>
    public TimeSpan ResumeWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the place of a per-peer client is kept, which cannot come back.</summary>
    public TimeSpan BrokenWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many sockets one participant may open within <see cref="ConnectsWindow"/>: each costs the others messages.</summary>
    public int ConnectsPerWindow { get; init; } = 20;

    public TimeSpan ConnectsWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an admitted client may take to open its socket.</summary>
    public TimeSpan AdmissionWindow { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After this a direct pair is moved to the SFU even though the media of one of them has not arrived there.</summary>
    public TimeSpan MoveDeadline { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a connection that lost its consent may take to revive before the server builds another.</summary>
    public TimeSpan DisconnectedWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An empty meeting leaves memory after this time; its record stays open in the database.</summary>
    public TimeSpan IdleWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a resume token opens a connection, also after a restart of the server.</summary>
    public TimeSpan ResumeTokenLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What a client is told to wait before it comes back to a draining server.</summary>
    public TimeSpan ReconnectAfter { get; init; } = TimeSpan.FromSeconds(1);
}
