using System.Collections.Concurrent;

namespace Tertulia.Server.Transport.Acme;

/// <summary>What the certificate authority comes to read over plain HTTP (http-01, RFC 8555 section 8.3), while an order is under way.</summary>
internal sealed class AcmeChallenges
{
    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);

    public void Offer(string token, string answer) => _answers[token] = answer;

    public void Withdraw(string token) => _answers.TryRemove(token, out _);

    public IResult Answer(string token) =>
        _answers.TryGetValue(token, out var answer) ? Results.Bytes(System.Text.Encoding.ASCII.GetBytes(answer), "application/octet-stream") : Results.NotFound();
}
