namespace Tertulia.Server.Transport.Acme;

/// <summary>The certificate authority refused, or something on the way to it failed; the message is for the operator.</summary>
internal sealed class AcmeException(string message) : Exception(message);
