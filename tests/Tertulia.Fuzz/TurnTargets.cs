using System.Net;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;
using Tertulia.Simulation;
using Tertulia.Turn;

namespace Tertulia.Fuzz;

/// <summary>A TURN server with one allocation, under attack from its client's address and from peers.</summary>
internal static class TurnTargets
{
    public static IEnumerable<Target> All() => [new("turn", Inputs, Open)];

    private static IReadOnlyList<byte[]> Inputs()
    {
        var inputs = new List<byte[]> { new byte[] { 0x40, 0, 0, 4, 1, 2, 3, 4 } };
        foreach (var method in (StunMethod[])[StunMethod.Allocate, StunMethod.Refresh, StunMethod.CreatePermission, StunMethod.ChannelBind])
        {
            inputs.Add(Request(method, signed: false));
            inputs.Add(Request(method, signed: true));
        }

        var send = new byte[200];
        var writer = new StunWriter(send, StunClass.Indication, StunMethod.Send, new byte[12]);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.From(IPAddress.Parse("8.8.8.8"), 9));
        writer.AddText(StunAttributeType.Data, "data");
        inputs.Add(writer.Written.ToArray());
        return inputs;
    }

    private static byte[] Request(StunMethod method, bool signed)
    {
        var writer = new StunWriter(new byte[400], StunClass.Request, method, new byte[12]);
        writer.AddUInt32(StunAttributeType.RequestedTransport, 17u << 24);
        writer.AddUInt32(StunAttributeType.Lifetime, 600);
        writer.AddUInt32(StunAttributeType.ChannelNumber, 0x4000u << 16);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.From(IPAddress.Parse("8.8.8.8"), 9));
        if (signed)
        {
            writer.AddText(StunAttributeType.Username, "1800086400:mtg/ada");
            writer.AddText(StunAttributeType.Realm, "fuzz");
            writer.AddText(StunAttributeType.Nonce, new string('0', 32));
            writer.AddMessageIntegrity(new byte[16]);
        }

        return writer.Written.ToArray();
    }

    private static Feed Open()
    {
        var server = new TurnServer(new()
        {
            Credentials = new("secret", "fuzz"),
            Admission = new Everybody(),
            Ports = new NoPorts(),
            Entropy = new SeededEntropy(3),
            UnixSecondsAtZero = 1_800_000_000,
        });
        var outbox = new DatagramBatch();
        var path = new NetworkPath(TransportAddress.From(IPAddress.Parse("198.51.100.1"), 5), TransportAddress.From(IPAddress.Parse("198.51.100.2"), 6));
        var now = Instant.Zero;
        return input =>
        {
            now += TimeSpan.FromMilliseconds(1);
            outbox.Clear();
            if (input.Length >= TurnFraming.PrefixSize) TurnFraming.TryGetLength(input, out _);
            if (server.HandleClient(now, path, input, outbox, out _)) throw new InvalidOperationException("relayed for nobody");
            server.HandlePeer(now, 50000, path.Remote, input, outbox);
            server.HandleTimeout(now);
        };
    }

    private sealed class Everybody : TurnAdmission
    {
        public override bool Admits(string id, long issued, long now) => true;
    }

    private sealed class NoPorts : RelayPorts
    {
        public override TransportAddress Address(bool ipv6) => ipv6 ? default : TransportAddress.From(IPAddress.Parse("198.51.100.2"), 0);

        public override bool TryTake(bool even, bool withNext, out ushort port)
        {
            port = 0;
            return false;
        }

        public override void Release(ushort port)
        {
        }

        public override bool IsOwn(in TransportAddress address) => false;

        public override bool IsOwnPort(ushort port) => false;
    }
}
