using Tertulia.Server.Hosting;

namespace Tertulia.Server.Auth;

/// <summary>Did a page of ours make this call? Asked of every call with the cookie, beside SameSite=Strict.</summary>
internal static class SameOrigin
{
    /// <summary>
    /// Browsers say so themselves in <c>Sec-Fetch-Site</c> on secure pages; elsewhere the <c>Origin</c> must be ours. They leave
    /// both out only of reads over plain HTTP, which change nothing and whose answer a foreign page could not see.
    /// </summary>
    public static bool Check(HttpContext context, PublicAddress address)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        if (headers.Origin.ToString() is { Length: > 0 } origin) return IsOurs(origin, context, address);
        return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
    }

    private static bool IsOurs(string origin, HttpContext context, PublicAddress address) =>
        string.Equals(origin, $"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase) ||
        string.Equals(origin, address.BaseOf(context), StringComparison.OrdinalIgnoreCase);
}
