using System.Net;
using Tertulia.MediaNode.Streams;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;
using Tertulia.Simulation;
using Tertulia.Turn;

namespace Tertulia.Fuzz;

/// <summary>A TURN server under attack from clients and peers, and the framing of byte streams.</summary>
internal static class TurnTargets
{
    public static IEnumerable<Target> All() => [new("turn", Inputs, Open), new("streams", Streams, () => Frames, 8 * 1024)];

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
            writer.AddText(StunAttributeType.Nonce, "obMatJos2AAAD" + new string('A', 20));
            writer.AddUInt32(StunAttributeType.PasswordAlgorithm, 2u << 16);
            writer.AddUInt64(StunAttributeType.PasswordAlgorithms, 0x0002_0000_0001_0000);
            writer.AddAttribute(StunAttributeType.Userhash, new byte[32]);
            writer.AddMessageIntegrity(new byte[16]);
            writer.AddMessageIntegritySha256(new byte[32]);
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

    /// <summary>The first byte says which framing.</summary>
    private static IReadOnlyList<byte[]> Streams()
    {
        var turn = Inputs();
        return [[1, .. turn[1], .. turn[2], .. turn[0]], [0, 0, (byte)turn[1].Length, .. turn[1], 0, 0, 0, 3, 1, 2, 3]];
    }

    private static void Frames(Span<byte> input)
    {
        if (input.IsEmpty) return;
        var isTurn = (input[0] & 1) != 0;
        ReadOnlySpan<byte> rest = input[1..];
        while (StreamFrames.TryFind(rest, isTurn, out var start, out var length, out var next) && next > 0)
        {
            _ = rest.Slice(start, length);
            rest = rest[next..];
        }
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
