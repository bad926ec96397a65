using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tertulia.Control.Tests.Webhooks;

/// <param name="Id">The <c>webhook-id</c>.</param>
public sealed record ReceivedWebhook(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>Verified as the specification has it, by code that shares nothing with the server's.</summary>
    public bool IsSignedWith(string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret.Replace("whsec_", "", StringComparison.Ordinal)));
        foreach (var part in (string[])[Id, ".", Timestamp, ".", Body]) hmac.AppendData(Encoding.UTF8.GetBytes(part));
        var expected = hmac.GetHashAndReset();
        return Signature.Split(' ').Select(each => each.Split(',', 2)).Any(each =>
            each[0] == "v1" && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(each[1]), expected));
    }

    public TimeSpan Age => DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, CultureInfo.InvariantCulture));
}

/// <summary>An HTTP server that is told things, and answers as the test wants.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public WebhookReceiver()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook";
        }
        _listener.Prefixes.Add(Url[..^4]);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<ReceivedWebhook> Received { get; } = [];

    /// <summary>What it answers; may take its time.</summary>
    public Func<ReceivedWebhook, HttpListenerResponse, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public void AnswerWith(int status, string text = "") => Answer = async (_, response) =>
    {
        response.StatusCode = status;
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
    };

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
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
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var headers = context.Request.Headers;
            var received = new ReceivedWebhook(
                headers["webhook-id"] ?? "", headers["webhook-timestamp"] ?? "", headers["webhook-signature"] ?? "", await reader.ReadToEndAsync());
            Received.Enqueue(received);
            await Answer(received, context.Response);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // Whoever asked has gone.
        }
    }
}
