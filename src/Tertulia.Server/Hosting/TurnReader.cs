using System.Globalization;
using System.Net;

namespace Tertulia.Server.Hosting;

/// <summary>Reads <c>Tertulia:Turn</c>.</summary>
internal static class TurnReader
{
    private const int LeastSecret = 16;

    public static TurnSettings Read(ConfigurationReader turn)
    {
        var usual = new TurnSettings();
        var (first, last) = ReadRange(turn) ?? (usual.FirstRelayPort, usual.LastRelayPort);
        var read = new TurnSettings
        {
            Enabled = turn.Flag("Enabled") ?? usual.Enabled,
            FirstRelayPort = first,
            LastRelayPort = last,
            Realm = turn.Text("Realm") ?? usual.Realm,
            Secret = turn.Text("Secret"),
            External = turn.List<string>("External", TryParseUrl, "TURN addresses such as turn:turn.example.org:3478?transport=udp") ?? [],
            AllowedPeers = turn.List<IPNetwork>("AllowedPeers", OptionsReader.TryParseNetwork, "addresses or networks such as 10.0.0.0/8") ?? [],
            AllocationsPerParticipant = turn.Number("AllocationsPerParticipant", 1, 100_000) ?? usual.AllocationsPerParticipant,
            AllocationsPerAddress = turn.Number("AllocationsPerAddress", 1, 1_000_000) ?? usual.AllocationsPerAddress,
        };
        if (read.Realm.Length > 64 || read.Realm.Any(character => character is < ' ' or > '~' or '"' or ':')) turn.Mistake("Realm", "must have at most 64 visible ASCII characters, no quotes and no colons");
        if (read.Secret is { Length: < LeastSecret }) turn.Mistake("Secret", $"must have at least {LeastSecret} characters");
        if (read.External.Count > 0 && read.Secret is null) turn.Mistake("Secret", "must be set to the secret that the TURN server of Tertulia:Turn:External knows (static-auth-secret of coturn)");
        return read;
    }

    private static (int First, int Last)? ReadRange(ConfigurationReader turn)
    {
        if (turn.Text("RelayPorts") is not { } text) return null;
        var parts = text.Split('-');
        if (parts.Length == 2 && TryParsePort(parts[0], out var first) && TryParsePort(parts[1], out var last) && first < last) return (first, last);
        turn.Mistake("RelayPorts", $"must be two ports from 1024 on with a hyphen between, such as 49152-65535, but is '{text}'");
        return null;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out port) && port is >= 1024 and <= IPEndPoint.MaxPort;

    private static bool TryParseUrl(string text, out string url)
    {
        url = text;
        return (text.StartsWith("turn:", StringComparison.Ordinal) || text.StartsWith("turns:", StringComparison.Ordinal))
            && text.Length > 6 && !text.Contains("//", StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace);
    }
}
