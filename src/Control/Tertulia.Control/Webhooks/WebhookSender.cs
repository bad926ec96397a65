using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Tertulia.Storage;

namespace Tertulia.Control.Webhooks;

/// <summary>The receiver's address is none that webhooks may go to.</summary>
public sealed class TargetRefusedException(string message) : Exception(message);

/// <summary>
/// Makes one attempt. Where it goes is decided when the connection is made, on the addresses that the name has then: checking a name
/// beforehand would trust whoever runs its DNS. Redirects are not followed, for the same reason.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private const int LongestAnswer = 500;

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public WebhookSender(WebhookOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 32,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Tertulia-Webhooks", "1"));
    }

    /// <summary>Sends it; what goes wrong is in the record. <paramref name="retryAfter"/>: what the receiver asked for.</summary>
    public async Task<(AttemptRecord Attempt, TimeSpan? RetryAfter)> SendAsync(DueDelivery due, CancellationToken cancellation)
    {
        var at = _time.GetUtcNow();
        var began = _time.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.Timeout);
        try
        {
            using var request = RequestFor(due, at);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var text = await ReadAsync(answer, patience.Token);
            var error = answer.IsSuccessStatusCode ? null : Describe(answer.StatusCode);
            return (new(at, _time.GetElapsedTime(began), (int)answer.StatusCode, error, text), answer.Headers.RetryAfter?.Delta);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is HttpRequestException or OperationCanceledException or IOException or TargetRefusedException)
        {
            var error = e is OperationCanceledException ? $"No answer within {_options.Timeout.TotalSeconds:0} seconds." : Innermost(e).Message;
            return (new(at, _time.GetElapsedTime(began), null, error, null), null);
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage RequestFor(DueDelivery due, DateTimeOffset at)
    {
        var (delivery, webhook) = due;
        var timestamp = at.ToUnixTimeSeconds();
        var signatures = WebhookSecret.Sign(webhook.Secret, delivery.EventId, timestamp, delivery.Body);
        if (webhook.OldSecret is { } old && webhook.OldSecretUntil > at) signatures += " " + WebhookSecret.Sign(old, delivery.EventId, timestamp, delivery.Body);
        return new HttpRequestMessage(HttpMethod.Post, webhook.Url)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json"),
            Headers =
            {
                { "webhook-id", delivery.EventId },
                { "webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture) },
                { "webhook-signature", signatures },
            },
        };
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellation);
        if (!_options.AllowPrivateTargets) addresses = [.. addresses.Where(PublicAddresses.Contains)];
        if (addresses.Length == 0) throw new TargetRefusedException($"{target.Host} is not an address of the public internet.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        var text = new string([.. Encoding.UTF8.GetString(buffer, 0, length).Where(c => !char.IsControl(c) || c is '\n')]).Trim();
        return text.Length == 0 ? null : text;
    }

    private static string Describe(HttpStatusCode status) => (int)status is >= 300 and < 400
        ? $"The receiver answered {(int)status}; redirects are not followed."
        : $"The receiver answered {(int)status}.";

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
