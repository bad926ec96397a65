using Tertulia.Rtc.Dtls;

namespace Tertulia.Rtc.Tests.Dtls;

public sealed class DtlsFuzzTests
{
    /// <summary>Garbage that is no DTLS record, or one that nobody could have encrypted, must not disturb a handshake.</summary>
    [Fact]
    public void Random_datagrams_between_the_flights_disturb_nothing()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            using var peers = new DtlsPeers();
            peers.OnPath = (fromClient, datagram) =>
            {
                for (var i = 0; i < 20; i++)
                {
                    var garbage = new byte[random.Next(200)];
                    random.NextBytes(garbage);
                    if (garbage.Length > 13 && i % 2 == 0)
                    {
                        // A plausible header with an epoch that is not there yet, or bytes of a type that does not exist.
                        garbage[0] = (byte)(i % 4 == 0 ? 23 : 40);
                        (garbage[1], garbage[2], garbage[3], garbage[4]) = (0xfe, 0xfd, 0, 1);
                        (garbage[11], garbage[12]) = (0, (byte)(garbage.Length - 13));
                    }

                    (fromClient ? peers.Server : peers.Client).HandleDatagram(peers.Now, garbage);
                }

                return datagram;
            };
            peers.Run();
            DtlsHandshakeTests.AssertConnected(peers);
        }
    }

    /// <summary>Plaintext handshake records can be forged by anyone on the path, so these may fail; they must not throw or hang.</summary>
    [Fact]
    public void Mutated_truncated_and_repeated_datagrams_end_in_a_state()
    {
        var states = new Dictionary<(DtlsState, DtlsState), int>();
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var seen = new List<byte[]>();
            using var peers = new DtlsPeers();
            peers.OnPath = (fromClient, datagram) =>
            {
                seen.Add(datagram);
                var to = fromClient ? peers.Server : peers.Client;
                if (random.Next(3) == 0) to.HandleDatagram(peers.Now, Mutate(random, datagram));
                if (random.Next(3) == 0) to.HandleDatagram(peers.Now, seen[random.Next(seen.Count)]);
                return random.Next(3) == 0 ? Mutate(random, datagram) : datagram;
            };
            peers.Run();
            Assert.True(peers.Server.State is DtlsState.New or DtlsState.Connected or DtlsState.Failed or DtlsState.Closed);
            Assert.True(peers.Client.State is DtlsState.Connected or DtlsState.Failed or DtlsState.Closed);
            if (peers.Server.Keys is { } server && peers.Client.Keys is { } client) Assert.Equal(server.LocalKey, client.RemoteKey);
            var both = (peers.Client.State, peers.Server.State);
            states[both] = states.GetValueOrDefault(both) + 1;
        }

        Assert.True(states.GetValueOrDefault((DtlsState.Connected, DtlsState.Connected)) > 50);
        Assert.True(states.Count > 2);
    }

    [Fact]
    public void An_established_connection_survives_any_garbage()
    {
        var random = new Random(3);
        using var peers = new DtlsPeers();
        var seen = new List<byte[]>();
        peers.OnPath = (_, datagram) =>
        {
            seen.Add(datagram);
            return datagram;
        };
        peers.Run();
        for (var i = 0; i < 20_000; i++)
        {
            var datagram = Mutate(random, seen[random.Next(seen.Count)]);
            peers.Server.HandleDatagram(peers.Now, datagram);
            peers.Client.HandleDatagram(peers.Now, datagram);
        }

        DtlsHandshakeTests.AssertConnected(peers);
        peers.Client.Close();
        peers.Run();
        Assert.Equal(DtlsState.Closed, peers.Server.State);
    }

    private static byte[] Mutate(Random random, byte[] datagram)
    {
        var copy = datagram[..(random.Next(4) == 0 ? random.Next(datagram.Length + 1) : datagram.Length)];
        for (var flips = random.Next(4); flips > 0 && copy.Length > 0; flips--) copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(5) == 0 ? [.. copy, .. copy] : copy;
    }
}
