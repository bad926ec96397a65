using Tertulia.Contracts;
using Tertulia.Tls.Wire;

namespace Tertulia.Server.Transport;

/// <summary>What protects one connection, as its server's own first bytes say it. A feature of every connection with TLS of ours.</summary>
internal sealed class ConnectionSecurity(ServerHelloReader reader)
{
    /// <summary><c>TLS 1.3</c> or <c>TLS 1.2</c>.</summary>
    public string Tls => reader.Version >= 0x0304 ? "TLS 1.3" : "TLS 1.2";

    /// <summary>The registered name of the key exchange group; null where a session was resumed without one.</summary>
    public string? Group => reader.Group == 0 ? null : NamedGroups.NameOf(reader.Group);

    public bool IsPostQuantum => NamedGroups.IsPostQuantum(reader.Group);

    /// <summary>Of the request's connection; null over plain HTTP, and behind a proxy that ends TLS: then nobody here knows.</summary>
    public static SignalingSecurity? Of(HttpContext context) =>
        context.Features.Get<ConnectionSecurity>() is { } known ? new(known.Tls, known.Group) : null;

    /// <summary>Whether a meeting refuses the request's connection.</summary>
    public static bool IsRefusedBy(MeetingSettings settings, HttpContext context) =>
        settings.RequirePostQuantum == true && Of(context) is not { PostQuantum: true };
}
