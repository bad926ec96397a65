using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tertulia.Server.Transport.Acme;

/// <summary>An answer of the certificate authority.</summary>
/// <param name="Location">The address of what was made, if anything was.</param>
/// <param name="Body">JSON, or a certificate chain in PEM.</param>
internal sealed record AcmeAnswer(string? Location, string Body, TimeSpan? RetryAfter)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>Signed requests to one certificate authority (RFC 8555 section 6), with the nonces that they need.</summary>
internal sealed class AcmeSession(HttpClient http, AcmeKey key, Uri directory)
{
    private const int MaxAttempts = 10;
    private const string NonceHeader = "Replay-Nonce";

    private JsonElement _places;
    private string? _nonce;

    /// <summary>The account's address, once there is one: names the key from then on.</summary>
    public string? Account { get; set; }

    public string Terms => _places.TryGetProperty("meta", out var meta) && meta.TryGetProperty("termsOfService", out var terms) ? terms.GetString() ?? "" : "";

    public async Task OpenAsync(CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(directory, cancellation);
        if (!answer.IsSuccessStatusCode) throw new AcmeException($"{directory} answers {(int)answer.StatusCode}");
        _places = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation)).RootElement.Clone();
    }

    /// <param name="place">A name in the directory, as <c>newOrder</c>.</param>
    public Task<AcmeAnswer> PostToAsync(string place, JsonObject payload, CancellationToken cancellation) =>
        PostAsync(_places.GetProperty(place).GetString()!, payload, cancellation);

    /// <summary>POST as GET (section 6.3).</summary>
    public Task<AcmeAnswer> GetAsync(string url, CancellationToken cancellation) => PostAsync(url, payload: null, cancellation);

    /// <exception cref="AcmeException">It was refused, for the reason that the authority gives.</exception>
    public async Task<AcmeAnswer> PostAsync(string url, JsonObject? payload, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var header = new JsonObject { ["nonce"] = await TakeNonceAsync(cancellation), ["url"] = url };
            if (Account is null) header["jwk"] = key.PublicKey;
            else header["kid"] = Account;
            using var content = new StringContent(key.Sign(header, payload), Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            using var answer = await http.PostAsync(url, content, cancellation);
            _nonce = NonceOf(answer);
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            if (answer.IsSuccessStatusCode) return new(answer.Headers.Location?.OriginalString, body, answer.Headers.RetryAfter?.Delta);

            // A nonce may be refused at any time, and comes with another (section 6.5).
            if (body.Contains("urn:ietf:params:acme:error:badNonce", StringComparison.Ordinal) && attempt < MaxAttempts) continue;
            throw new AcmeException($"{url} answers {(int)answer.StatusCode}: {Detail(body)}");
        }
    }

    /// <summary>What a problem document says (RFC 9457), or the start of what is none.</summary>
    public static string Detail(string body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : body;
        }
        catch (JsonException)
        {
            return body[..Math.Min(body.Length, 200)];
        }
    }

    private async Task<string> TakeNonceAsync(CancellationToken cancellation)
    {
        if (_nonce is not { } nonce)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, _places.GetProperty("newNonce").GetString());
            using var answer = await http.SendAsync(request, cancellation);
            nonce = NonceOf(answer) ?? throw new AcmeException($"{directory.Host} gives no nonce");
        }

        _nonce = null;
        return nonce;
    }

    private static string? NonceOf(HttpResponseMessage answer) => answer.Headers.TryGetValues(NonceHeader, out var values) ? values.First() : null;
}
