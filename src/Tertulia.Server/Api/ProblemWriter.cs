using System.Globalization;
using Tertulia.Contracts.Rest;

namespace Tertulia.Server.Api;

/// <summary>
/// Outermost around everything: whatever goes wrong becomes problem details (RFC 9457) with a stable code. What was not foreseen is logged
/// here, and its caller learns nothing of it.
/// </summary>
internal sealed partial class ProblemWriter(RequestDelegate next, ILogger<ProblemWriter> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response.StatusCode >= 400 && !context.Response.HasStarted && context.Response.ContentType is null)
            {
                await WriteAsync(context, ApiProblem.OfStatus(context.Response.StatusCode));
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested) return;
            await WriteAsync(context, Translate(context, e));
        }
    }

    /// <summary>Writes the problem as the answer, in place of whatever was prepared.</summary>
    public static Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = problem.Problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.Problem.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
        if (HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        return response.WriteAsJsonAsync(problem.Problem, RestJson.Default.Problem, Problem.ContentType, context.RequestAborted);
    }

    private ApiProblem Translate(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ApiProblem problem:
                return problem;
            case BadHttpRequestException bad:
                return ApiProblem.OfStatus(bad.StatusCode);
            default:
                LogFailure(exception, context.Request.Method, context.Request.Path);
                return ApiProblem.OfStatus(StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFailure(Exception exception, string method, string path);
}
