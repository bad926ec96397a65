using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>
/// <c>Idempotency-Key</c> on calls that change something: the second request with the same key gets the first one's answer, for a day,
/// restarts included. Only successes are remembered, since what failed changed nothing and may be tried again.
/// </summary>
internal sealed class Idempotency(RequestDelegate next, IdempotencyStore store, TimeProvider time)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>A server that died in the middle of answering leaves a claim behind, which is taken over after this.</summary>
    private static readonly TimeSpan s_staleAfter = TimeSpan.FromSeconds(60);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint().Access() is not { } access || !Changes(context.Request.Method) || !context.Request.Headers.TryGetValue(Header, out var values))
        {
            await next(context);
            return;
        }
        var key = values.ToString();
        if (key.Length is < 1 or > 255 || key.Any(c => c is < ' ' or > '~'))
        {
            throw ApiProblem.BadRequest("idempotency-key-invalid", "The Idempotency-Key must be 1 to 255 printable ASCII characters");
        }
        var (scope, secret) = ScopeOf(context, access);
        var request = context.Request;
        var fingerprint = FingerprintOf(request, await RequestBody.ReadAsync(context));
        var earlier = await store.ClaimAsync(scope, key, fingerprint, time.GetUtcNow(), s_staleAfter, context.RequestAborted);
        if (earlier is null) await AnswerAsync(context, scope, key, secret);
        else await ReplayAsync(context, earlier, fingerprint, key, secret);
    }

    private static bool Changes(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    // Guests have no credential: theirs are told apart by address.
    private static (string Scope, string Secret) ScopeOf(HttpContext context, ApiAccess access)
    {
        if (access.NeedsAccount() && Caller.Of(context) is { } caller) return (caller.CredentialId, caller.Secret);
        return ($"guest:{context.Connection.RemoteIpAddress}", "");
    }

    private static string FingerprintOf(HttpRequest request, RequestBody body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task AnswerAsync(HttpContext context, string scope, string key, string secret)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var buffer = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(buffer));
        var kept = false;
        try
        {
            await next(context);
            await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
            var response = context.Response;
            if (response.StatusCode is >= 200 and < 300)
            {
                var seal = IdempotencySeal.Seal(buffer.ToArray(), secret, scope, key);
                await store.CompleteAsync(scope, key, response.StatusCode, response.ContentType, seal, CancellationToken.None);
                kept = true;
            }
        }
        finally
        {
            context.Features.Set(original);
            if (!kept) await store.ReleaseAsync(scope, key, CancellationToken.None);
        }
        if (buffer.Length > 0) await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }

    private static async Task ReplayAsync(HttpContext context, IdempotencyRecord earlier, string fingerprint, string key, string secret)
    {
        if (earlier.Fingerprint != fingerprint) throw ApiProblem.IdempotencyReused();
        if (earlier.Status is not { } status) throw ApiProblem.IdempotencyInProgress();
        var access = context.GetEndpoint().Access()!.Value;
        var body = IdempotencySeal.Open(earlier.SealedBody ?? "", secret, ScopeOf(context, access).Scope, key) ?? throw ApiProblem.IdempotencyReused();
        context.Response.StatusCode = status;
        context.Response.Headers[ReplayedHeader] = "true";
        if (earlier.ContentType is not null) context.Response.ContentType = earlier.ContentType;
        if (body.Length > 0) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
