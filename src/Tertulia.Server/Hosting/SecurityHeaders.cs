using Tertulia.Server.Api;

namespace Tertulia.Server.Hosting;

/// <summary>
/// What browsers are told about our answers. Pages run scripts of ours alone, nothing inline, and only they may ask for camera, microphone
/// and screen; no address leaks by referrer, since a join link is a secret.
/// </summary>
internal static class SecurityHeaders
{
    private const string Permissions =
        "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), screen-wake-lock=(self), " +
        "picture-in-picture=(self), speaker-selection=(self), clipboard-write=(self), geolocation=(), payment=(), usb=(), serial=(), midi=()";

    // A video that is opened by itself is shown by a page of the browser's own making.
    private const string FilePolicy = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    /// <param name="mediaOrigin">Where links to recordings lead besides here: the bucket, if there is one.</param>
    public static void UseSecurityHeaders(this IApplicationBuilder app, string? mediaOrigin) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            Write(context, mediaOrigin);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static void Write(HttpContext context, string? mediaOrigin)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (ApiRoutes.IsApi(context.Request.Path))
        {
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/objects") ? FilePolicy : "default-src 'none'; frame-ancestors 'none'";
            return;
        }
        headers.ContentSecurityPolicy = PolicyFor(context.Request, mediaOrigin);
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
    }

    // 'self' covers WebSockets in current browsers; older ones want them named.
    private static string PolicyFor(HttpRequest request, string? mediaOrigin)
    {
        var media = mediaOrigin is null ? "" : $" {mediaOrigin}";
        var sockets = request.Host.HasValue ? $" ws://{request.Host.ToUriComponent()} wss://{request.Host.ToUriComponent()}" : "";
        return $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob: mediastream:{media}; " +
            $"connect-src 'self'{sockets}; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }
}
