namespace Tertulia.Server.Hosting;

/// <summary>How clients reach this server: as configured, else as this request did.</summary>
public sealed class PublicAddress(TertuliaOptions options)
{
    private volatile string _lastKnown = "http://localhost:8080";

    /// <summary>For links that no request asked for, such as those in webhooks: as configured, else as somebody last reached this server.</summary>
    public string Base => options.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? _lastKnown;

    /// <summary>Scheme and host without a final slash: <c>https://meet.example.org</c>.</summary>
    public string BaseOf(HttpContext context)
    {
        if (options.PublicUrl is { } url) return url.GetLeftPart(UriPartial.Authority);
        var request = context.Request;
        return _lastKnown = request.Host.HasValue ? $"{request.Scheme}://{request.Host}" : $"{request.Scheme}://localhost";
    }

    /// <summary>The host alone, IPv6 addresses in brackets, as it stands in <c>stun:HOST:PORT</c>.</summary>
    public string HostOf(HttpContext context)
    {
        if (options.PublicUrl is { } url) return url.HostNameType == UriHostNameType.IPv6 ? $"[{url.DnsSafeHost}]" : url.DnsSafeHost;
        return context.Request.Host.HasValue ? context.Request.Host.Host : "localhost";
    }

    public string JoinUrl(HttpContext context, string meetingId) => $"{BaseOf(context)}/join/{meetingId}";

    public string SigninUrl(HttpContext context, string code) => SigninUrl(BaseOf(context), code);

    public static string SigninUrl(string baseUrl, string code) => $"{baseUrl}/signin?code={code}";
}
