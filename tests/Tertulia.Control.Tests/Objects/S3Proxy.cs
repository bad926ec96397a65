using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Tertulia.Control.Tests.Objects;

/// <summary>
/// In front of the S3 server: sees every request, and makes it misbehave. Lists the parts of an upload, which that server cannot.
/// </summary>
public sealed class S3Proxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _target;
    private readonly Task _serving;
    private readonly ConcurrentDictionary<string, SortedDictionary<int, (string ETag, long Size)>> _parts = new();
    private readonly SemaphoreSlim _partsCame = new(0);

    public S3Proxy(Uri target)
    {
        _target = target;
        Url = new Uri($"http://127.0.0.1:{S3Server.FreePort()}");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>What came, as <c>PUT …?partNumber=1</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>True: the connection is cut instead of an answer. May wait before it says so.</summary>
    public Func<string, Task<bool>> Cut { get; set; } = _ => Task.FromResult(false);

    /// <summary>The same after the server has done it: it is not told to whoever asked.</summary>
    public Func<string, bool> Swallow { get; set; } = _ => false;

    /// <summary>What is passed on instead of what came.</summary>
    public Func<string, byte[], byte[]> Change { get; set; } = (_, body) => body;

    public int PartsSent => Requests.Count(request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains("partNumber=", StringComparison.Ordinal));

    /// <summary>Until so many more parts have reached the server behind.</summary>
    public async Task PartsComeAsync(int count)
    {
        for (var came = 0; came < count; came++) Assert.True(await _partsCame.WaitAsync(TimeSpan.FromSeconds(30)), $"{came} parts of {count} came.");
    }

    /// <summary>Uploads are over: nobody knows of their parts any more.</summary>
    public void Forget() => _parts.Clear();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
        _client.Dispose();
        _partsCame.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = HandleAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        try
        {
            using var copy = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(copy);
            var name = $"{context.Request.HttpMethod} {context.Request.RawUrl}";
            Requests.Enqueue(name);
            if (await Cut(name))
            {
                context.Response.Abort();
                return;
            }
            if (name.StartsWith("GET ", StringComparison.Ordinal) && context.Request.QueryString["uploadId"] is { } upload) await ListPartsAsync(context, upload);
            else await ForwardAsync(context, name, Change(name, copy.ToArray()));
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or HttpRequestException or IOException or TaskCanceledException)
        {
            context.Response.Abort();
        }
    }

    private async Task ForwardAsync(HttpListenerContext context, string name, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), new Uri(_target, context.Request.RawUrl)) { Content = new ByteArrayContent(body) };
        foreach (var header in context.Request.Headers.AllKeys)
        {
            // The signature covers the name by which this proxy was reached.
            if (header is "Connection" or "Content-Length" or "Expect") continue;
            if (!request.Headers.TryAddWithoutValidation(header!, context.Request.Headers[header])) request.Content.Headers.TryAddWithoutValidation(header!, context.Request.Headers[header]);
        }
        using var answer = await _client.SendAsync(request);
        Remember(context.Request, answer, body.Length);
        if (Swallow(name))
        {
            context.Response.Abort();
            return;
        }
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (header, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (header is not ("Transfer-Encoding" or "Connection" or "Keep-Alive" or "Content-Length")) context.Response.Headers[header] = string.Join(",", values);
        }
        if (context.Request.HttpMethod == "HEAD") context.Response.ContentLength64 = answer.Content.Headers.ContentLength ?? 0;
        else await context.Response.OutputStream.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
        context.Response.Close();
    }

    private void Remember(HttpListenerRequest request, HttpResponseMessage answer, long size)
    {
        if (request.HttpMethod != "PUT" || request.QueryString["partNumber"] is not { } number || !answer.IsSuccessStatusCode) return;
        var parts = _parts.GetOrAdd(request.QueryString["uploadId"]!, _ => []);
        lock (parts) parts[int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)] = (answer.Headers.ETag!.Tag, size);
        _partsCame.Release();
    }

    private async Task ListPartsAsync(HttpListenerContext context, string upload)
    {
        if (!_parts.TryGetValue(upload, out var parts))
        {
            context.Response.StatusCode = 404;
            context.Response.Close();
            return;
        }
        var xml = new StringBuilder("""<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>""");
        foreach (var (number, (etag, size)) in parts)
            xml.Append(System.Globalization.CultureInfo.InvariantCulture, $"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag><Size>{size}</Size></Part>");
        xml.Append("</ListPartsResult>");
        context.Response.ContentType = "application/xml";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(xml.ToString()));
        context.Response.Close();
    }
}
