using System.Diagnostics.Metrics;
using Tertulia.Tls;

namespace Tertulia.Server.Transport;

/// <summary>Counts connections: by what they speak, by the key exchange that protects them, and those that were not served.</summary>
internal sealed class TransportMetrics
{
    public const string MeterName = "Tertulia.Transport";

    private readonly Counter<long> _connections;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _refused;

    public TransportMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _connections = meter.CreateCounter<long>("tertulia_connections", description: "TCP connections that were served, by protocol and whether inside TLS.");
        _handshakes = meter.CreateCounter<long>("tertulia_tls_connections", description: "TLS connections established, by version and key exchange group.");
        _refused = meter.CreateCounter<long>("tertulia_connections_refused", description: "TCP connections closed unserved, by reason.");
        meter.CreateObservableGauge(
            "tertulia_tls_post_quantum", () => new Measurement<int>(PostQuantum.Source == PostQuantumSource.Missing ? 0 : 1, Tag("source", PostQuantum.Source.ToString())),
            description: "Whether X25519MLKEM768 can be negotiated, and by whose code.");
    }

    public void Served(string protocol, bool insideTls) => _connections.Add(1, Tag("protocol", protocol), Tag("tls", insideTls ? "true" : "false"));

    public void Protected(ConnectionSecurity security) =>
        _handshakes.Add(1, Tag("version", security.Tls), Tag("group", security.Group ?? "none"), Tag("post_quantum", security.IsPostQuantum ? "true" : "false"));

    public void Refused(string reason) => _refused.Add(1, Tag("reason", reason));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
