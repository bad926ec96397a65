using System.Net;
using Tertulia.Control.Accounts;
using Tertulia.Control.Webhooks;
using Tertulia.Objects;
using Tertulia.Server.Captions;
using Tertulia.Summaries.Chat;

namespace Tertulia.Server.Hosting;

/// <summary>Everything that can be configured under <c>Tertulia:</c> (environment: <c>Tertulia__…</c>), read and checked at start.</summary>
public sealed record TertuliaOptions
{
    /// <summary>Absolute; holds the database, the default key and later recordings.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A preset API key, or null for one that is made at the first start.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How the world reaches this server, without a path; null: as each request did.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Opens <c>/metrics</c> and nothing else; null: only the operator's API key does.</summary>
    public string? MetricsKey { get; init; }

    /// <summary>Null: SQLite in the data directory.</summary>
    public string? Database { get; init; }

    /// <summary>Folder of the built web app.</summary>
    public required string WebRoot { get; init; }

    public required MediaOptions Media { get; init; }

    public TurnSettings Turn { get; init; } = new();

    /// <summary>The bucket that recordings go to; null: they stay in the data directory.</summary>
    public S3Options? Bucket { get; init; }

    public required WebhookOptions Webhooks { get; init; }
    public SpeechOptions Speech { get; init; } = new();
    /// <summary>The chat endpoint that makes summaries; null: the built-in rules do.</summary>
    public ChatOptions? Summaries { get; init; }

    public RecordingOptions Recording { get; init; } = new();

    public BroadcastOptions Broadcast { get; init; } = new();

    public required RateLimitOptions RateLimits { get; init; }

    public TlsOptions Tls { get; init; } = new();

    /// <summary>Proxies whose forwarded headers are believed; nobody's by default.</summary>
    public IReadOnlyList<IPNetwork> KnownProxies { get; init; } = [];

    public IReadOnlyList<Plan> Plans { get; init; } = [];

    /// <summary>The plan of this server's own account.</summary>
    public string DefaultPlan { get; init; } = Plan.Unlimited;
}

/// <param name="LeaveFree">Bytes of the disk that recordings leave to everything else.</param>
public sealed record RecordingOptions(long LeaveFree = 256L * 1024 * 1024);

/// <param name="KilobitsPerSecond">Of the pictures, at most.</param>
public sealed record BroadcastOptions(int KilobitsPerSecond = 3000)
{
    /// <summary>Each keeps about one core busy; more are refused.</summary>
    public int MostAtOnce { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);
}

public sealed record MediaOptions
{
    /// <summary>Where media ports are sought first if none is configured.</summary>
    public const int UsualUdpPort = 40000;

    /// <summary>The first loop's port, the others follow; 0: free ones; null: the usual ones if they are free.</summary>
    public int? UdpPort { get; init; }

    /// <summary>One UDP port for all loops.</summary>
    public bool SinglePort { get; init; }

    /// <summary>Null: every address of every interface.</summary>
    public IReadOnlyList<IPAddress>? AdvertisedAddresses { get; init; }

    public TimeSpan ConsentTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Media threads; one per core unless said otherwise, and two at least: see MediaNode.ServicePortOf.</summary>
    public int Loops { get; init; } = Math.Max(2, Environment.ProcessorCount);
}

/// <summary>The TURN server: our own at the media ports, or another.</summary>
public sealed record TurnSettings
{
    public bool Enabled { get; init; } = true;

    /// <summary>Relayed addresses are taken from these ports; they need be open only for direct connections between participants.</summary>
    public int FirstRelayPort { get; init; } = 49152;

    public int LastRelayPort { get; init; } = IPEndPoint.MaxPort;

    public string Realm { get; init; } = "tertulia";

    /// <summary>Null: one is made at every start. Another server must know it too.</summary>
    public string? Secret { get; init; }

    /// <summary>URLs of another TURN server to be told instead of ours: <c>turn:turn.example.org:3478?transport=udp</c>.</summary>
    public IReadOnlyList<string> External { get; init; } = [];

    /// <summary>Networks that relays may reach although they are private.</summary>
    public IReadOnlyList<IPNetwork> AllowedPeers { get; init; } = [];

    public int AllocationsPerParticipant { get; init; } = 300;

    public int AllocationsPerAddress { get; init; } = 2000;
}

/// <summary>For https endpoints that have no certificate of their own in Kestrel's configuration.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM, the chain after the certificate. Null: a self-signed one for localhost.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>PEM without a password; set exactly if the certificate is.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Null: certificates are not got from an authority.</summary>
    public AcmeOptions? Acme { get; init; }

    /// <summary>Whether people who come by http are sent to https, where there is an https endpoint.</summary>
    public bool Redirect { get; init; } = true;

    /// <summary>For how long browsers are told to come by https only; zero: not at all.</summary>
    public TimeSpan Hsts { get; init; } = TimeSpan.FromDays(180);
}

/// <summary>
/// Certificates from an authority that speaks ACME (RFC 8555). By http-01 port 80 of each name must lead to an http endpoint of this server, by tls-alpn-01
/// (RFC 8737) port 443 to an https one.
/// </summary>
public sealed record AcmeOptions
{
    public const string Http = "http-01";
    public const string Tls = "tls-alpn-01";
    public const string LetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

    /// <summary>Host names; at least one.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>Where the authority writes to when something is wrong.</summary>
    public string? Email { get; init; }

    public Uri Directory { get; init; } = new(LetsEncrypt);

    /// <summary>Null: http-01 where this server has an http endpoint, else tls-alpn-01.</summary>
    public string? Challenge { get; init; }
}

/// <summary>What one address may do in a minute.</summary>
public sealed record RateLimitOptions
{
    /// <summary>Calls that need no key: guests joining, the public view of a meeting.</summary>
    public int PublicCallsPerMinute { get; init; } = 240;

    /// <summary>Meeting ids that turned out to be none.</summary>
    public int UnknownMeetingsPerMinute { get; init; } = 30;

    /// <summary>Wrong API keys and sign-in codes.</summary>
    public int FailedSigninsPerMinute { get; init; } = 30;
}
