using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tertulia.Server.Transport.Acme;

/// <summary>The key of an account with a certificate authority: P-256, ES256 signatures (RFC 7518 section 3.4).</summary>
internal sealed class AcmeKey : IDisposable
{
    private readonly ECDsa _key;
    private readonly string _x;
    private readonly string _y;

    private AcmeKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        (_x, _y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }

    /// <summary>RFC 7638: what a challenge is answered with, after its token.</summary>
    public string Thumbprint => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{_x}}","y":"{{_y}}"}""")));

    public JsonObject PublicKey => new() { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = _x, ["y"] = _y };

    public static AcmeKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="InvalidDataException">This is no such key.</exception>
    public static AcmeKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException("is no private key in PEM form");
        }
    }

    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A JSON Web Signature in flattened form, as RFC 8555 section 6.2 wants it. An empty payload asks for a resource.</summary>
    public string Sign(JsonObject header, JsonObject? payload)
    {
        header["alg"] = "ES256";
        var protectedPart = Encode(header.ToJsonString());
        var payloadPart = payload is null ? "" : Encode(payload.ToJsonString());
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{protectedPart}.{payloadPart}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new JsonObject { ["protected"] = protectedPart, ["payload"] = payloadPart, ["signature"] = Base64Url.EncodeToString(signature) }.ToJsonString();
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
