namespace Tertulia.Control.Webhooks;

/// <summary>How webhooks are delivered. The defaults are the contract's; tests may differ.</summary>
public sealed record WebhookOptions
{
    /// <summary>Whether receivers may be on this machine or in private networks.</summary>
    public bool AllowPrivateTargets { get; init; }

    /// <summary>Webhooks of one account.</summary>
    public int MostPerAccount { get; init; } = 20;

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Deliveries under way at the same time, to all and to one.</summary>
    public int MostAtOnce { get; init; } = 32;

    public int MostAtOncePerWebhook { get; init; } = 4;

    /// <summary>Pauses after the first, second … failure; the last one from then on.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; init; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3),
    ];

    /// <summary>A webhook to which nothing could be delivered for so long is not used any more.</summary>
    public TimeSpan FailedAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a secret that was replaced signs beside the new one.</summary>
    public TimeSpan SecretOverlap { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often the outbox is looked at when nothing announces itself.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(2);
}
