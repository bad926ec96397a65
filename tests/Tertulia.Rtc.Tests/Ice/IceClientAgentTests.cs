using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Tests.Ice;

/// <summary>Both agents against each other over a small network in virtual time.</summary>
public sealed class IceClientAgentTests
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(10);

    private readonly PriorityQueue<(bool ToServer, NetworkPath Path, byte[] Bytes), long> _wire = new();
    private readonly DatagramBatch _outbox = new(64);
    private readonly IceLiteAgent _server = new(IceBench.ServerCredentials, new SeededEntropy(1), IceLiteAgent.DefaultConsentTimeout)
    {
        Remote = IceBench.ClientCredentials,
    };

    private readonly IceClientAgent _client = new(IceBench.ClientCredentials, 42, new SeededEntropy(2))
    {
        Remote = IceBench.ServerCredentials,
    };

    private Instant _now = Instant.FromMilliseconds(500);
    private int _requests;

    // Seen from the client: whether the datagram that it sends, or the answer to it, gets through.
    private Func<NetworkPath, bool> Reachable { get; set; } = _ => true;

    private static NetworkPath ClientPath => new(IceBench.Server, IceBench.Client);

    [Fact]
    public void One_candidate_connects_in_one_round_trip()
    {
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(IceState.Connected, _client.State);
        Assert.Equal(ClientPath, _client.SelectedPath);
        Assert.Equal(IceBench.Client, _client.MappedAddress);
        Assert.Equal(IceBench.Path, _server.SelectedPath);
        Assert.Equal(1, _requests);
    }

    [Fact]
    public void Of_several_candidates_one_that_answers_is_nominated()
    {
        var dead = IceBench.Address("192.0.2.66:9");
        Reachable = path => path.Remote != dead;
        _client.AddRemoteCandidate(dead, IceBench.Client);
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(IceState.Checking, _client.State);
        Assert.Equal(IceState.Checking, _server.State);
        Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(ClientPath, _client.SelectedPath);
        Assert.Equal(IceBench.Path, _server.SelectedPath);

        var before = _requests;
        Run(TimeSpan.FromSeconds(3));
        Assert.Equal(before, _requests); // the dead one is not asked any more
    }

    [Fact]
    public void Lost_checks_are_sent_again_until_one_gets_through()
    {
        var lost = 0;
        Reachable = _ => ++lost > 4;
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        Run(TimeSpan.FromSeconds(3));
        Assert.Equal(IceState.Connected, _client.State);
    }

    [Fact]
    public void Consent_checks_keep_both_ends_connected_for_minutes()
    {
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        for (var i = 0; i < 600; i++)
        {
            Run(TimeSpan.FromMilliseconds(500));
            Assert.Equal(IceState.Connected, _client.State);
            Assert.Equal(IceState.Connected, _server.State);
        }

        Assert.InRange(_requests, 300 / 6, 300 / 4 + 1);
    }

    [Fact]
    public void A_cut_disconnects_both_ends_and_its_end_revives_them()
    {
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        Run(TimeSpan.FromSeconds(1));
        Reachable = _ => false;
        Run(TimeSpan.FromSeconds(11));
        Assert.Equal(IceState.Disconnected, _server.State);
        Assert.Equal(IceState.Connected, _client.State);
        Run(TimeSpan.FromSeconds(20));
        Assert.Equal(IceState.Disconnected, _client.State);
        Reachable = _ => true;
        Run(TimeSpan.FromSeconds(2));
        Assert.Equal(IceState.Connected, _client.State);
        Assert.Equal(IceState.Connected, _server.State);
    }

    [Fact]
    public void A_client_that_changes_its_network_takes_the_server_with_it()
    {
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        Run(TimeSpan.FromSeconds(1));
        var elsewhere = IceBench.Address("203.0.113.99:1024");
        _client.Nominate(new(IceBench.Server, elsewhere));
        Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(new NetworkPath(IceBench.Server, elsewhere), _client.SelectedPath);
        Assert.Equal(new NetworkPath(elsewhere, IceBench.Server), _server.SelectedPath);
    }

    [Fact]
    public void A_restart_on_both_sides_goes_over_to_the_new_credentials()
    {
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        Run(TimeSpan.FromSeconds(1));
        var renewed = new IceCredentials("cli2", "the client's second password");
        _client.Restart(renewed);
        _server.Restart();
        _server.Remote = renewed;
        _client.Remote = _server.Local;
        Assert.NotNull(_client.SelectedPath);
        Run(TimeSpan.FromMilliseconds(20));
        Assert.Null(_server.PreviousLocal);
        Assert.Equal(IceState.Connected, _client.State);
        Run(TimeSpan.FromSeconds(30));
        Assert.Equal(IceState.Connected, _server.State);
    }

    [Fact]
    public void Answers_that_were_not_asked_for_do_not_count()
    {
        _client.AddRemoteCandidate(IceBench.Server, IceBench.Client);
        _client.Poll(_now, _outbox);
        Assert.True(StunMessage.TryParse(_outbox.Datagram(0), out var check));
        var id = check.TransactionId.ToArray();
        _outbox.Clear();

        Assert.False(Answer(new byte[12], IceBench.ServerCredentials.Password, ClientPath));
        Assert.False(Answer(id, "guessed", ClientPath));
        Assert.False(Answer(id, IceBench.ServerCredentials.Password, new(IceBench.Address("203.0.113.99:5004"), IceBench.Client)));
        Assert.Equal(1, _client.Drops(IceDropReason.UnexpectedResponse));
        Assert.Equal(1, _client.Drops(IceDropReason.IntegrityMismatch));
        Assert.Equal(1, _client.Drops(IceDropReason.NonSymmetricResponse));
        Assert.Null(_client.SelectedPath);

        Assert.True(Answer(id, IceBench.ServerCredentials.Password, ClientPath));
        Assert.NotNull(_client.SelectedPath);
        Assert.False(Answer(id, IceBench.ServerCredentials.Password, ClientPath)); // once only
    }

    [Fact]
    public void Nothing_is_asked_before_the_remote_credentials_are_known()
    {
        var client = new IceClientAgent(IceBench.ClientCredentials, 42, new SeededEntropy(2));
        client.AddRemoteCandidate(IceBench.Server);
        Assert.Equal(Instant.Never, client.NextDeadline);
        client.Poll(_now, _outbox);
        Assert.Equal(0, _outbox.Count);
    }

    private bool Answer(byte[] transactionId, string password, NetworkPath path)
    {
        var answer = new StunWriter(new byte[128], StunClass.Success, StunMethod.Binding, transactionId);
        answer.AddXorMappedAddress(IceBench.Client);
        answer.AddMessageIntegrity(StunAuthentication.ShortTermKey(password));
        answer.AddFingerprint();
        return _client.HandleStun(_now, path, answer.Written, _outbox);
    }

    private void Run(TimeSpan duration)
    {
        var end = _now + duration;
        while (true)
        {
            _client.HandleTimeout(_now);
            _server.HandleTimeout(_now);
            _client.Poll(_now, _outbox);
            Send(fromClient: true);

            var next = Instant.Min(_client.NextDeadline, _server.NextDeadline);
            if (_wire.TryPeek(out _, out var arrival)) next = Instant.Min(next, new(arrival));
            if (next > end) break;
            _now = Instant.Max(_now, next);
            while (_wire.TryPeek(out var datagram, out arrival) && arrival <= _now.Ticks)
            {
                _wire.Dequeue();
                if (datagram.ToServer) _server.HandleStun(_now, datagram.Path, datagram.Bytes, _outbox);
                else _client.HandleStun(_now, datagram.Path, datagram.Bytes, _outbox);
                Send(fromClient: !datagram.ToServer);
            }
        }

        _now = end;
    }

    private void Send(bool fromClient)
    {
        for (var i = 0; i < _outbox.Count; i++)
        {
            var path = _outbox[i].Path;
            if (fromClient) _requests++;
            if (fromClient && !Reachable(path)) continue;
            // What one end calls remote is local to the other.
            _wire.Enqueue((fromClient, new(path.Local, path.Remote), _outbox.Datagram(i).ToArray()), (_now + OneWay).Ticks);
        }

        _outbox.Clear();
    }
}
