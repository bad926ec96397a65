using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Transport.Acme;

/// <summary>Gets one certificate for some names (RFC 8555 section 7), by showing over plain HTTP or inside TLS that they lead here.</summary>
internal sealed class AcmeOrder(AcmeSession session, AcmeKey key, AcmeChallenges challenges, string kind, TimeProvider time)
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>PEM: a new private key, the certificate, and its chain.</summary>
    /// <exception cref="AcmeException">The authority refused, or did not decide in time.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> names, string? email, CancellationToken cancellation)
    {
        await session.OpenAsync(cancellation);
        var account = new JsonObject { ["termsOfServiceAgreed"] = true };
        if (email is not null) account["contact"] = new JsonArray($"mailto:{email}");
        session.Account = (await session.PostToAsync("newAccount", account, cancellation)).Location;

        var identifiers = new JsonArray([.. names.Select(name => new JsonObject { ["type"] = "dns", ["value"] = name })]);
        var made = await session.PostToAsync("newOrder", new JsonObject { ["identifiers"] = identifiers }, cancellation);
        var order = made.Location ?? throw new AcmeException("The order has no address");
        foreach (var authorization in made.Json.GetProperty("authorizations").EnumerateArray()) await ProveAsync(authorization.GetString()!, cancellation);

        using var certificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await session.PostAsync(made.Json.GetProperty("finalize").GetString()!, new JsonObject { ["csr"] = Request(names, certificateKey) }, cancellation);
        var ready = await WaitAsync(order, "the certificate", cancellation);
        var chain = await session.GetAsync(ready.GetProperty("certificate").GetString()!, cancellation);
        return $"{certificateKey.ExportPkcs8PrivateKeyPem()}\n{chain.Body.Trim()}\n";
    }

    private async Task ProveAsync(string authorization, CancellationToken cancellation)
    {
        var pending = (await session.GetAsync(authorization, cancellation)).Json;
        if (pending.GetProperty("status").GetString() == "valid") return;
        var name = pending.GetProperty("identifier").GetProperty("value").GetString()!;
        var challenge = pending.GetProperty("challenges").EnumerateArray().FirstOrDefault(offered => offered.GetProperty("type").GetString() == kind);
        if (challenge.ValueKind == JsonValueKind.Undefined) throw new AcmeException($"the authority does not let {name} be proven by {kind}");
        var token = challenge.GetProperty("token").GetString()!;
        var answer = $"{token}.{key.Thumbprint}";
        if (kind == AcmeOptions.Tls) challenges.OfferCertificate(name, answer);
        else challenges.Offer(token, answer);
        try
        {
            await session.PostAsync(challenge.GetProperty("url").GetString()!, [], cancellation);
            await WaitAsync(authorization, $"the proof that {name} leads here", cancellation);
        }
        finally
        {
            challenges.Withdraw(token);
            challenges.WithdrawCertificate(name);
        }
    }

    /// <summary>Looks at an order or an authorization until it is valid.</summary>
    private async Task<JsonElement> WaitAsync(string url, string what, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var answer = await session.GetAsync(url, cancellation);
            var status = answer.Json.GetProperty("status").GetString();
            if (status == "valid") return answer.Json;
            if (status is "invalid" or "expired" or "revoked" or "deactivated") throw new AcmeException($"{what} failed: {Reason(answer.Json)}");
            if (time.GetElapsedTime(began) > s_patience) throw new AcmeException($"{what} took too long");
            var wait = answer.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked : s_betweenLooks;
            await Task.Delay(wait < s_longestWait ? wait : s_longestWait, time, cancellation);
        }
    }

    // Of an order itself, of an authorization in the challenge that failed.
    private static string Reason(JsonElement failed)
    {
        if (failed.TryGetProperty("error", out var error)) return AcmeSession.Detail(error.GetRawText());
        if (!failed.TryGetProperty("challenges", out var challenges)) return "no reason given";
        return challenges.EnumerateArray().Where(challenge => challenge.TryGetProperty("error", out _))
            .Select(challenge => AcmeSession.Detail(challenge.GetProperty("error").GetRawText())).FirstOrDefault() ?? "no reason given";
    }

    private static string Request(IReadOnlyList<string> names, ECDsa key)
    {
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        return Base64Url.EncodeToString(request.CreateSigningRequest());
    }
}
