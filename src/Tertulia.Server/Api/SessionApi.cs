using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Server.Auth;
using Tertulia.Server.Hosting;
using Tertulia.Server.Transport;

namespace Tertulia.Server.Api;

/// <summary>Signing in to the web app by a one-time link.</summary>
internal static class SessionApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/signin-links", CreateLinkAsync).WithTags("Session").WithAccess(ApiAccess.Account)
            .WithName("createSigninLink").WithSummary("A link that signs one browser in, once, within 15 minutes")
            .Produces<SigninLink>(StatusCodes.Status201Created).WithProblems(401, 429);
        routes.MapGet("/api/session", ReadAsync).WithTags("Session").WithAccess(ApiAccess.Session)
            .WithName("getSession").WithSummary("Whether this browser is signed in")
            .Produces<SessionView>().WithProblems(403);
        routes.MapDelete("/api/session", SignOutAsync).WithTags("Session").WithAccess(ApiAccess.Session)
            .WithName("signOut").WithSummary("Sign this browser out")
            .Produces(StatusCodes.Status204NoContent).WithProblems(403);
        routes.MapGet("/signin", SignInAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> CreateLinkAsync(HttpContext context, Caller caller, Signin signin, PublicAddress address)
    {
        var code = await signin.CreateCodeAsync(caller.AccountId);
        var url = address.SigninUrl(context, code.Secret);
        return Results.Created(url, new SigninLink(url, code.ExpiresAt));
    }

    private static async Task<IResult> ReadAsync(HttpContext context, Signin signin)
    {
        var account = SessionCookie.Read(context) is { } session ? await signin.FindAsync(session, context.RequestAborted) : null;
        if (account is null) return Results.Ok(new SessionView(false));
        return Results.Ok(new SessionView(true, account.Name, ConnectionSecurity.Of(context) is { PostQuantum: true } ? true : null));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, Signin signin)
    {
        if (SessionCookie.Read(context) is { } session) await signin.SignOutAsync(session);
        SessionCookie.Delete(context);
        return Results.NoContent();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, string? code, Signin signin, AddressLimits limits)
    {
        limits.RequireTrust(context);
        if (code is { Length: > 0 and <= 256 } && await signin.RedeemAsync(code) is { } session)
        {
            SessionCookie.Write(context, session);
            return Results.LocalRedirect("/");
        }
        limits.CountFailedSignin(context);
        return PlainPage.Result(
            StatusCodes.Status401Unauthorized,
            "This sign-in link cannot be used",
            "It works once and for 15 minutes. The server prints a new one at every start, and POST /api/signin-links makes one with an API key.");
    }
}
