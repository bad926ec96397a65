using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;
using Tertulia.Server.Api;

namespace Tertulia.Server.Hosting;

/// <summary>
/// The built web app: its files, and its one page for every address that the app itself understands, <c>/join/{id}</c> among them.
/// </summary>
internal sealed class WebAppFiles(TertuliaOptions options)
{
    private const string Page = "index.html";
    private const string Built = "/assets";

    // Names of built files carry a hash of their content, so what was fetched once is good forever.
    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskAgain = "no-cache";

    /// <summary>The files, before routing.</summary>
    public void UseFiles(IApplicationBuilder app)
    {
        if (!Directory.Exists(options.WebRoot)) return;
        // Built files hold no secrets, so compressing them over TLS gives nothing away (BREACH).
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Built), assets => assets.UseResponseCompression());
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(options.WebRoot),
            ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [".webmanifest"] = "application/manifest+json" } },
            OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Path.StartsWithSegments(Built) ? Forever : AskAgain,
        });
    }

    /// <summary>The page, for what routing found no endpoint for.</summary>
    public void UsePage(IApplicationBuilder app) =>
        app.Use((context, next) => context.GetEndpoint() is null ? ShowAsync(context) : next(context));

    private Task ShowAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var isFile = Path.HasExtension(path.Value) || path.StartsWithSegments(Built);
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!isRead || isFile || ApiRoutes.IsApi(path)) throw ApiProblem.OfStatus(StatusCodes.Status404NotFound);
        context.Response.Headers.CacheControl = AskAgain;
        var page = Path.Combine(options.WebRoot, Page);
        var result = File.Exists(page)
            ? Results.File(page, "text/html; charset=utf-8", lastModified: File.GetLastWriteTimeUtc(page), entityTag: TagOf(page))
            : PlainPage.Result(
                StatusCodes.Status200OK,
                "Tertulia is running",
                "The web app is not built here, so there is no page to show. The REST interface is described at /openapi/v1.json.");
        return result.ExecuteAsync(context);
    }

    private static EntityTagHeaderValue TagOf(string page)
    {
        var file = new FileInfo(page);
        return new EntityTagHeaderValue($"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}\"");
    }
}
