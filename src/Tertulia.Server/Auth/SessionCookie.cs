using Tertulia.Control.Accounts;

namespace Tertulia.Server.Auth;

/// <summary>The sign-in of the web app: no script can read it, no other site can send it.</summary>
internal static class SessionCookie
{
    public const string Name = "tertulia_session";

    public static string? Read(HttpContext context) =>
        context.Request.Cookies.TryGetValue(Name, out var value) && value.Length is > 0 and <= 256 ? value : null;

    public static void Write(HttpContext context, IssuedSecret session) =>
        context.Response.Cookies.Append(Name, session.Secret, Options(context, session.ExpiresAt));

    public static void Delete(HttpContext context) =>
        context.Response.Cookies.Delete(Name, Options(context, null));

    private static CookieOptions Options(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        Expires = expires,
    };
}
