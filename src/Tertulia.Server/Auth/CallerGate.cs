using Tertulia.Control.Accounts;
using Tertulia.Server.Api;
using Tertulia.Server.Hosting;
using Tertulia.Storage;

namespace Tertulia.Server.Auth;

/// <summary>Before an API endpoint runs: who calls, may they, and does their plan still allow it.</summary>
internal sealed class CallerGate(
    RequestDelegate next, ApiKeys keys, AccountStore accounts, Signin signin, UsageMeter meter, AddressLimits limits, PublicAddress address)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        var access = context.GetEndpoint().Access();
        if (access == ApiAccess.Public) limits.CountPublicCall(context);
        if (access == ApiAccess.Session && SessionCookie.Read(context) is not null && !SameOrigin.Check(context, address)) throw ApiProblem.CrossOrigin();
        if (access is { } needed && needed.NeedsAccount())
        {
            var caller = await IdentifyAsync(context);
            context.Features.Set(caller);
            if (needed == ApiAccess.Account) await CountAsync(caller, context.RequestAborted);
        }
        await next(context);
    }

    private async Task<Caller> IdentifyAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.Length > 0) return await ByKeyAsync(context, authorization);
        if (SessionCookie.Read(context) is not { } session) throw ApiProblem.KeyMissing();
        if (!SameOrigin.Check(context, address)) throw ApiProblem.CrossOrigin();
        limits.RequireTrust(context);
        if (await signin.FindAsync(session, context.RequestAborted) is { } account)
        {
            return new Caller(account, "session:" + Secrets.Hash(session)[..16], session);
        }
        limits.CountFailedSignin(context);
        throw ApiProblem.SessionInvalid();
    }

    private async Task<Caller> ByKeyAsync(HttpContext context, string authorization)
    {
        limits.RequireTrust(context);
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) throw ApiProblem.KeyMissing();
        var secret = authorization[Bearer.Length..].Trim();
        if (await keys.AuthenticateAsync(secret, context.RequestAborted) is { } key &&
            await accounts.FindAsync(key.AccountId, context.RequestAborted) is { } account)
        {
            return new Caller(account, key.Id, secret);
        }
        limits.CountFailedSignin(context);
        throw ApiProblem.KeyInvalid();
    }

    private async Task CountAsync(Caller caller, CancellationToken cancellation)
    {
        var result = await meter.CountApiCallAsync(caller.Account, cancellation);
        if (result.RetryAfter is { } wait) throw ApiProblem.PlanLimitReached("The plan's API calls of this month are used up.", wait);
    }
}
