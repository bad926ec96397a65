namespace Tertulia.Contracts;

/// <summary>What protects somebody's signaling connection. Unknown, and then absent, over plain HTTP and behind a proxy that ends TLS.</summary>
/// <param name="Tls"><c>TLS 1.3</c> or <c>TLS 1.2</c>.</param>
/// <param name="Group">The key exchange group by its registered name: <c>X25519MLKEM768</c>, <c>x25519</c>; null where a session was resumed without one.</param>
public sealed record SignalingSecurity(string Tls, string? Group = null)
{
    /// <summary>Whether what is recorded today stays secret from a quantum computer tomorrow: all such groups have ML-KEM in them, and in their names.</summary>
    public bool PostQuantum => Group?.Contains("MLKEM", StringComparison.Ordinal) == true;
}
