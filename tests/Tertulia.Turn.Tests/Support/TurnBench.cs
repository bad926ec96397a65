using System.Net;
using System.Text;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;
using Tertulia.Simulation;

namespace Tertulia.Turn.Tests.Support;

/// <summary>A server in virtual time, and clients that speak to it.</summary>
internal sealed class TurnBench
{
    public const long UnixNow = 1_800_000_000;

    private readonly DatagramBatch _outbox = new();

    public TurnBench(Func<TurnServerOptions, TurnServerOptions>? change = null)
    {
        var options = new TurnServerOptions
        {
            Credentials = Credentials,
            Admission = Admission,
            Ports = Ports,
            Entropy = new SeededEntropy(1),
            UnixSecondsAtZero = UnixNow,
        };
        Server = new(change?.Invoke(options) ?? options);
    }

    public TurnCredentials Credentials { get; } = new("a secret", "tests");

    public TableAdmission Admission { get; } = new();

    public TableRelayPorts Ports { get; } = new();

    public TurnServer Server { get; }

    public Instant Now { get; set; } = Instant.FromMilliseconds(1000);

    public TurnTestClient Client(string user = "mtg/ada", int port = 1000, string address = "198.51.100.1", uint carrier = 0) => new(this, user, port, address, carrier);

    public void Pass(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            Now = Instant.Min(end, Instant.Max(Server.NextDeadline, Now + TimeSpan.FromMilliseconds(1)));
            if (Now >= Server.NextDeadline) Server.HandleTimeout(Now);
        }
    }

    /// <summary>What the server answered; empty if nothing.</summary>
    public byte[] Exchange(NetworkPath path, ReadOnlySpan<byte> message, out TransportAddress peer, out PeerRoute route, out byte[] payload)
    {
        _outbox.Clear();
        var isRelayed = Server.HandleClient(Now, path, message.ToArray(), _outbox, out var relayed);
        peer = relayed.Peer;
        route = relayed.Route;
        payload = isRelayed ? relayed.Payload.ToArray() : [];
        if (_outbox.Count == 0) return [];
        Assert.Equal(path, _outbox[0].Path);
        return _outbox.Datagram(0).ToArray();
    }

    /// <summary>What reached the client; empty if nothing.</summary>
    public byte[] FromPeer(ushort port, IPEndPoint peer, ReadOnlySpan<byte> payload)
    {
        _outbox.Clear();
        Server.HandlePeer(Now, port, TransportAddress.From(peer), payload, _outbox);
        return _outbox.Count == 0 ? [] : _outbox.Datagram(0).ToArray();
    }
}

internal sealed class TableAdmission : TurnAdmission
{
    public HashSet<string> Refused { get; } = [];

    public List<byte[]> Names { get; } = [];

    public override byte[]? FindUsername(ReadOnlySpan<byte> userhash)
    {
        foreach (var name in Names)
        {
            if (userhash.SequenceEqual(StunAuthentication.Userhash(Encoding.ASCII.GetString(name), "tests"))) return name;
        }

        return null;
    }

    public override bool Admits(string id, long issued, long now) => !Refused.Contains(id);
}

/// <summary>The parts of an answer that tests look at.</summary>
internal sealed record TurnAnswer(StunClass Class, int Error, byte[] Bytes)
{
    public bool IsSuccess => Class == StunClass.Success;

    public IPEndPoint? Relayed => Address(StunAttributeType.XorRelayedAddress);

    public IPEndPoint? Address(StunAttributeType type) =>
        StunMessage.TryParse(Bytes, out var message) && message.TryGetXorAddress(type, out var address) ? address.ToIPEndPoint() : null;

    public byte[]? Attribute(StunAttributeType type) =>
        StunMessage.TryParse(Bytes, out var message) && message.TryGetAttribute(type, out var value) ? value.ToArray() : null;
}

/// <summary>One client address with the credentials of one participant.</summary>
internal sealed class TurnTestClient
{
    private readonly TurnBench _bench;
    private readonly byte[] _transaction = new byte[12];
    private readonly TurnCredential _credential;

    public TurnTestClient(TurnBench bench, string user, int port, string address, uint carrier)
    {
        _bench = bench;
        _credential = bench.Credentials.Issue(user, TurnBench.UnixNow);
        Path = new(
            TransportAddress.From(IPAddress.Parse(address), (ushort)port).WithCarrier(carrier),
            TransportAddress.From(TableRelayPorts.IPv4, TableRelayPorts.MediaPort));
    }

    public delegate void Writing(ref StunWriter request);

    public NetworkPath Path { get; }

    public string Username { get; set; } = "";

    public byte[] Nonce { get; set; } = [];

    public bool RepeatsTransaction { get; set; }

    /// <summary>Asks once as it stands, without looking at what comes back.</summary>
    public TurnAnswer Ask(StunMethod method, Writing? write = null, bool signed = true)
    {
        Span<byte> buffer = stackalloc byte[1400];
        if (!RepeatsTransaction) _transaction[0]++;
        var writer = new StunWriter(buffer, StunClass.Request, method, _transaction);
        write?.Invoke(ref writer);
        if (signed)
        {
            var (username, realm) = (Username.Length > 0 ? Username : _credential.Username, _bench.Credentials.Realm);
            if (HidesName) writer.AddAttribute(StunAttributeType.Userhash, StunAuthentication.Userhash(username, realm));
            else writer.AddText(StunAttributeType.Username, username);
            writer.AddText(StunAttributeType.Realm, realm);
            writer.AddAttribute(StunAttributeType.Nonce, Nonce);
            if (Algorithm is { } algorithm)
            {
                writer.AddUInt32(StunAttributeType.PasswordAlgorithm, (uint)algorithm << 16);
                if (Offered is not null) writer.AddAttribute(StunAttributeType.PasswordAlgorithms, Offered);
            }

            var password = Password ?? _credential.Password;
            var key = Algorithm == PasswordAlgorithm.Sha256 ? StunAuthentication.LongTermKeySha256(username, realm, password) : StunAuthentication.LongTermKey(username, realm, password);
            if (SignsWithSha256) writer.AddMessageIntegritySha256(key);
            else writer.AddMessageIntegrity(key);
        }

        writer.AddFingerprint();
        var bytes = _bench.Exchange(Path, writer.Written, out _, out _, out _);
        if (bytes.Length == 0) return new(StunClass.Indication, 0, []);
        Assert.True(StunMessage.TryParse(bytes, out var answer));
        Assert.True(answer.VerifyFingerprint());
        return new(answer.Class, answer.ErrorCode, bytes);
    }

    public string? Password { get; set; }

    public string Name => _credential.Username;

    /// <summary>As PASSWORD-ALGORITHM tells it; null tells nothing.</summary>
    public PasswordAlgorithm? Algorithm { get; set; }

    /// <summary>What the challenge offered, shown again.</summary>
    public byte[]? Offered { get; set; }

    public bool SignsWithSha256 { get; set; }

    public bool HidesName { get; set; }

    /// <summary>Asks, and once more with the nonce if the server wants one.</summary>
    public TurnAnswer Request(StunMethod method, Writing? write = null)
    {
        var answer = Ask(method, write, signed: Nonce.Length > 0);
        if (answer.Error is not (StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce) || answer.Attribute(StunAttributeType.Nonce) is not { } nonce) return answer;
        Nonce = nonce;
        Offered ??= answer.Attribute(StunAttributeType.PasswordAlgorithms);
        return Ask(method, write);
    }

    public TurnAnswer Allocate(Writing? more = null) => Request(StunMethod.Allocate, (ref StunWriter request) =>
    {
        request.AddUInt32(StunAttributeType.RequestedTransport, 17u << 24);
        more?.Invoke(ref request);
    });

    public TurnAnswer Refresh(uint seconds) =>
        Request(StunMethod.Refresh, (ref StunWriter request) => request.AddUInt32(StunAttributeType.Lifetime, seconds));

    public TurnAnswer Permit(params string[] peers) => Request(StunMethod.CreatePermission, (ref StunWriter request) =>
    {
        foreach (var peer in peers) request.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.From(IPAddress.Parse(peer), 0));
    });

    public TurnAnswer Bind(ushort channel, IPEndPoint peer) => Request(StunMethod.ChannelBind, (ref StunWriter request) =>
    {
        request.AddUInt32(StunAttributeType.ChannelNumber, (uint)channel << 16);
        request.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.From(peer));
    });

    /// <summary>What came out at the relay; null if nothing.</summary>
    public (IPEndPoint Peer, PeerRoute Route, string Text)? SendByChannel(ushort channel, string text)
    {
        Span<byte> buffer = stackalloc byte[1400];
        Assert.True(ChannelData.TryWrite(buffer, channel, Encoding.UTF8.GetBytes(text), padded: false, out var length));
        return Send(buffer[..length]);
    }

    public (IPEndPoint Peer, PeerRoute Route, string Text)? SendTo(IPEndPoint peer, string text)
    {
        Span<byte> buffer = stackalloc byte[1400];
        var writer = new StunWriter(buffer, StunClass.Indication, StunMethod.Send, _transaction);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.From(peer));
        writer.AddText(StunAttributeType.Data, text);
        return Send(writer.Written);
    }

    private (IPEndPoint Peer, PeerRoute Route, string Text)? Send(ReadOnlySpan<byte> message)
    {
        Assert.Empty(_bench.Exchange(Path, message, out var peer, out var route, out var payload));
        return payload.Length == 0 ? null : (peer.ToIPEndPoint(), route, Encoding.UTF8.GetString(payload));
    }
}
