using System.Text.Json;

namespace Tertulia.Control.Accounts.Tokens;

/// <summary>Public keys as others fetch them to verify our tokens (RFC 7517 section 5, RFC 8037 section 2).</summary>
public static class JsonWebKeySet
{
    /// <returns>UTF-8 JSON without any private part.</returns>
    public static byte[] ToJson(IEnumerable<Ed25519Key> keys)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in keys)
            {
                writer.WriteStartObject();
                writer.WriteString("kty", "OKP");
                writer.WriteString("crv", "Ed25519");
                writer.WriteString("x", Base64Url.Encode(key.PublicKey.Span));
                writer.WriteString("kid", key.KeyId);
                writer.WriteString("use", "sig");
                writer.WriteString("alg", "Ed25519");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
