using System.Net;
using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Tests.Ice;

/// <summary>Repeatable randomness for tests.</summary>
internal sealed class SeededEntropy(int seed) : EntropySource
{
    private readonly Random _random = new(seed);

    public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
}

/// <summary>One lite agent on a table, with everything needed to write messages to it by hand.</summary>
internal sealed class IceBench
{
    public static readonly TransportAddress Server = Address("192.0.2.10:5004");
    public static readonly TransportAddress Client = Address("198.51.100.7:40000");
    public static readonly IceCredentials ServerCredentials = new("srvU", "server password of 24 ch");
    public static readonly IceCredentials ClientCredentials = new("cliU", "client password of 24 ch");

    public IceBench(TimeSpan? consentTimeout = null)
    {
        Agent = new(ServerCredentials, new SeededEntropy(1), consentTimeout ?? IceLiteAgent.DefaultConsentTimeout)
        {
            Remote = ClientCredentials,
        };
    }

    public IceLiteAgent Agent { get; }

    public Instant Now { get; set; } = Instant.FromMilliseconds(1000);

    public DatagramBatch Outbox { get; } = new(16);

    public static TransportAddress Address(string endPoint) => TransportAddress.From(IPEndPoint.Parse(endPoint));

    public static NetworkPath PathFrom(string endPoint) => new(Address(endPoint), Server);

    public static NetworkPath Path => new(Client, Server);

    /// <summary>A check as a browser sends it, with one part changed by the test.</summary>
    public static byte[] Check(
        bool useCandidate = true,
        string username = "srvU:cliU",
        string? password = null,
        StunClass messageClass = StunClass.Request,
        StunMethod method = StunMethod.Binding,
        bool controlling = true,
        bool integrity = true,
        bool fingerprint = true,
        StunAttributeType extra = StunAttributeType.None,
        byte transaction = 1,
        uint priority = 0x6e7f1eff)
    {
        var buffer = new byte[256];
        var id = new byte[12];
        id[0] = transaction;
        var writer = new StunWriter(buffer, messageClass, method, id);
        if (username.Length > 0) writer.AddText(StunAttributeType.Username, username);
        writer.AddAttribute((StunAttributeType)0xc057, "\0\0\0\0"u8); // Chromium's network cost: optional, to be passed over
        writer.AddUInt64(controlling ? StunAttributeType.IceControlling : StunAttributeType.IceControlled, 0x0123456789abcdef);
        if (useCandidate) writer.AddUseCandidate();
        writer.AddPriority(priority);
        if (extra != StunAttributeType.None) writer.AddAttribute(extra, default);
        if (integrity) writer.AddMessageIntegrity(StunAuthentication.ShortTermKey(password ?? ServerCredentials.Password));
        if (fingerprint) writer.AddFingerprint();
        return writer.Written.ToArray();
    }

    public bool Handle(byte[] datagram, NetworkPath? path = null) => Agent.HandleStun(Now, path ?? Path, datagram, Outbox);

    /// <summary>The only answer, which is taken out; null if there is none.</summary>
    public byte[]? TakeAnswer()
    {
        Assert.InRange(Outbox.Count, 0, 1);
        if (Outbox.Count == 0) return null;
        var answer = Outbox.Datagram(0).ToArray();
        Outbox.Clear();
        return answer;
    }

    /// <summary>Lets time pass, calling the agent exactly at its deadlines.</summary>
    public void AdvanceTo(Instant end)
    {
        while (Agent.NextDeadline <= end)
        {
            Now = Agent.NextDeadline;
            Agent.HandleTimeout(Now);
        }

        Now = end;
        Agent.HandleTimeout(Now);
    }
}
