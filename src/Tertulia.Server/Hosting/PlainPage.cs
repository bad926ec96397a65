using System.Text.Encodings.Web;

namespace Tertulia.Server.Hosting;

/// <summary>A page that needs nothing but the server itself: for errors that people see, and where the web app is not built.</summary>
internal static class PlainPage
{
    public static IResult Result(int status, string title, string text) => Results.Text(Html(title, text), "text/html; charset=utf-8", statusCode: status);

    private static string Html(string title, string text) => $"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{HtmlEncoder.Default.Encode(title)} · Tertulia</title>
        <h1>{HtmlEncoder.Default.Encode(title)}</h1>
        <p>{HtmlEncoder.Default.Encode(text)}</p>
        </html>

        """;
}
