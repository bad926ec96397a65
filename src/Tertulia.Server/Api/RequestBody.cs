namespace Tertulia.Server.Api;

/// <summary>The body of an API call, read once and whole: small by contract, and wanted by idempotency and by the handler.</summary>
internal sealed class RequestBody(ReadOnlyMemory<byte> bytes)
{
    public const int MaxLength = 64 * 1024;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<RequestBody>() is { } known) return known;
        // Refused by its announced length, the rest is drained by the server, so that the client gets to read the answer.
        var most = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? MaxLength;
        if (context.Request.ContentLength > most) throw ApiProblem.TooLarge(most);
        var body = new RequestBody(await ReadToEndAsync(context.Request.Body, most, context.RequestAborted));
        context.Features.Set(body);
        return body;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadToEndAsync(Stream stream, int most, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[4096];
        while (await stream.ReadAsync(chunk, cancellation) is var length and > 0)
        {
            buffer.Write(chunk, 0, length);
            if (buffer.Length > most) throw ApiProblem.TooLarge(most);
        }
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}

/// <summary>Marks a call whose body may be longer than usual.</summary>
internal sealed record BodyLimit(int Bytes);
