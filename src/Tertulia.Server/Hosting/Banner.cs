using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tertulia.Control.Accounts;
using Tertulia.Server.Transport;

namespace Tertulia.Server.Hosting;

/// <summary>What the operator is told once the server is ready.</summary>
internal sealed class Banner(TertuliaOptions options, IServer server, Signin signin, MediaPlane media, TlsSummary tls)
{
    /// <summary>The key to print.</summary>
    public string ApiKey { get; set; } = "";

    public async Task PrintAsync(TextWriter output)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = options.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? Reachable(addresses.FirstOrDefault(IsHttps) ?? addresses.FirstOrDefault());
        var code = await signin.CreateCodeAsync(DefaultAccount.Id);
        var ports = media.UdpPorts.Count > 0 ? $"\n  Media     UDP {string.Join(", ", media.UdpPorts)}" : "";
        var security = string.Concat(tls.Lines().Select(line => $"\n  TLS       {line}"));
        await output.WriteAsync($"""

            Tertulia is ready.

              Address   {address}
              API key   {ApiKey}
              Sign in   {PublicAddress.SigninUrl(address, code.Secret)}  (once, within 15 minutes){ports}{security}
              Data      {options.DataDirectory}

            Ctrl-C stops it.


            """.ReplaceLineEndings(Environment.NewLine));
        await output.FlushAsync();
    }

    private static bool IsHttps(string address) => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    // What a server listens on is not always something to type into a browser.
    private static string Reachable(string? address) =>
        (address ?? "http://localhost").TrimEnd('/')
            .Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal);
}
