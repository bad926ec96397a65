namespace Tertulia.Rtc.Dtls;

/// <summary>
/// A certificate's hash as signalled in <c>a=fingerprint</c> (RFC 8122 section 5).
/// </summary>
/// <param name="Algorithm">Lower case, such as <c>sha-256</c>.</param>
/// <param name="Value">Upper-case bytes separated by colons, <c>AB:CD:…</c>.</param>
public readonly record struct DtlsFingerprint(string Algorithm, string Value);
