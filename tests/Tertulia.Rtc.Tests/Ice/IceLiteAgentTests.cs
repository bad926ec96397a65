using Tertulia.Rtc.Ice;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Tests.Ice;

public sealed class IceLiteAgentTests
{
    private readonly IceBench _bench = new();

    private IceLiteAgent Agent => _bench.Agent;

    [Fact]
    public void A_check_is_answered_with_the_address_it_came_from()
    {
        Assert.True(_bench.Handle(IceBench.Check()));
        Assert.Equal(IceBench.Path, _bench.Outbox[0].Path); // from the address that was asked

        Assert.True(StunMessage.TryParse(_bench.TakeAnswer(), out var answer));
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.Equal(1, answer.TransactionId[0]);
        Assert.True(answer.TryGetXorMappedAddress(out var mapped));
        Assert.Equal(IceBench.Client, mapped);
        Assert.True(answer.TryGetAttribute(StunAttributeType.XorMappedAddress, out var value));
        Assert.Equal(8, value.Length); // the IPv4 form, although the dual-stack socket showed a mapped address
        Assert.True(answer.VerifyIntegrity(StunAuthentication.ShortTermKey(IceBench.ServerCredentials.Password)));
        Assert.True(answer.VerifyFingerprint());
    }

    [Fact]
    public void Only_use_candidate_selects_a_path()
    {
        Assert.Equal(IceState.New, Agent.State);
        Assert.True(_bench.Handle(IceBench.Check(useCandidate: false)));
        Assert.Equal(IceState.Checking, Agent.State);
        Assert.Null(Agent.SelectedPath);

        Assert.True(_bench.Handle(IceBench.Check()));
        Assert.Equal(IceState.Connected, Agent.State);
        Assert.Equal(IceBench.Path, Agent.SelectedPath);
    }

    [Fact]
    public void A_peer_reflexive_address_is_taken_once_it_is_nominated()
    {
        _bench.Handle(IceBench.Check());
        var moved = IceBench.PathFrom("203.0.113.99:1024");
        Assert.True(_bench.Handle(IceBench.Check(useCandidate: false), moved));
        Assert.Equal(IceBench.Path, Agent.SelectedPath);
        Assert.True(_bench.Handle(IceBench.Check(), moved));
        Assert.Equal(moved, Agent.SelectedPath);
    }

    [Fact]
    public void The_same_peer_on_another_address_of_ours_is_another_path()
    {
        _bench.Handle(IceBench.Check());
        var path = new NetworkPath(IceBench.Client, IceBench.Address("[2001:db8::1]:5004"));
        _bench.Handle(IceBench.Check(), path);
        Assert.Equal(path, Agent.SelectedPath);
    }

    [Fact]
    public void Without_the_password_nothing_moves()
    {
        _bench.Handle(IceBench.Check());
        var stranger = IceBench.PathFrom("203.0.113.99:1024");
        Assert.False(_bench.Handle(IceBench.Check(password: "guessed"), stranger));
        Assert.False(_bench.Handle(IceBench.Check(username: "else:cliU"), stranger));
        Assert.False(_bench.Handle(IceBench.Check(username: "srvUx:cliU"), stranger));
        Assert.False(_bench.Handle(IceBench.Check(username: "srvU"), stranger));
        Assert.False(_bench.Handle(IceBench.Check(username: ""), stranger));
        Assert.False(_bench.Handle(IceBench.Check(integrity: false), stranger));
        Assert.False(_bench.Handle(IceBench.Check(fingerprint: false), stranger));
        Assert.False(_bench.Handle(IceBench.Check(method: StunMethod.Allocate), stranger));
        Assert.False(_bench.Handle(IceBench.Check(messageClass: StunClass.Indication), stranger));
        Assert.False(_bench.Handle(IceBench.Check(messageClass: StunClass.Success), stranger));
        Assert.False(_bench.Handle(IceBench.Check()[..^4], stranger));

        Assert.Equal(IceBench.Path, Agent.SelectedPath);
        Assert.Equal(1, Agent.AcceptedMessages);
        Assert.Equal(1, Agent.Drops(IceDropReason.IntegrityMismatch));
        Assert.Equal(3, Agent.Drops(IceDropReason.UnknownUsername));
        Assert.Equal(2, Agent.Drops(IceDropReason.CredentialsMissing));
        Assert.Equal(1, Agent.Drops(IceDropReason.FingerprintMismatch));
        Assert.Equal(1, Agent.Drops(IceDropReason.NotBinding));
        Assert.Equal(1, Agent.Drops(IceDropReason.Indication));
        Assert.Equal(1, Agent.Drops(IceDropReason.UnexpectedResponse));
        Assert.Equal(1, Agent.Drops(IceDropReason.Malformed));
    }

    [Theory]
    [InlineData("guessed", "srvU:cliU", StunErrorCode.Unauthenticated)]
    [InlineData("guessed", "else:cliU", StunErrorCode.Unauthenticated)]
    [InlineData("guessed", "", StunErrorCode.BadRequest)]
    public void Wrong_credentials_get_an_error_no_longer_than_the_question(string password, string username, int code)
    {
        var question = IceBench.Check(password: password, username: username);
        _bench.Handle(question);
        var bytes = _bench.TakeAnswer();
        Assert.NotNull(bytes);
        Assert.True(bytes.Length <= question.Length);
        Assert.True(StunMessage.TryParse(bytes, out var answer));
        Assert.Equal(code, answer.ErrorCode);
        Assert.False(answer.HasIntegrity);
    }

    [Fact]
    public void A_question_shorter_than_any_answer_gets_none()
    {
        var buffer = new byte[64];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddFingerprint();
        _bench.Handle(writer.Written.ToArray());
        Assert.Null(_bench.TakeAnswer());
        Assert.Equal(1, Agent.Drops(IceDropReason.CredentialsMissing));
    }

    [Fact]
    public void A_flood_with_wrong_credentials_is_answered_twenty_times_a_second()
    {
        var question = IceBench.Check(password: "guessed");
        var answers = 0;
        for (var i = 0; i < 10_000; i++)
        {
            _bench.Now += TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond / 5); // 2 s in all
            _bench.Handle(question);
            if (_bench.TakeAnswer() is not null) answers++;
        }

        Assert.Equal(40, answers);
        Assert.Equal(10_000, Agent.Drops(IceDropReason.IntegrityMismatch));
        Assert.True(_bench.Handle(IceBench.Check()));
        Assert.NotNull(_bench.TakeAnswer());
    }

    [Fact]
    public void A_peer_that_claims_to_be_controlled_is_told_of_the_conflict()
    {
        Assert.True(_bench.Handle(IceBench.Check(controlling: false)));
        Assert.True(StunMessage.TryParse(_bench.TakeAnswer(), out var answer));
        Assert.Equal(StunErrorCode.RoleConflict, answer.ErrorCode);
        Assert.True(answer.VerifyIntegrity(StunAuthentication.ShortTermKey(IceBench.ServerCredentials.Password)));
        Assert.Null(Agent.SelectedPath);
        Assert.Equal(IceState.New, Agent.State);
    }

    [Fact]
    public void An_unknown_mandatory_attribute_is_refused_by_name()
    {
        Assert.True(_bench.Handle(IceBench.Check(extra: (StunAttributeType)0x7ffe)));
        Assert.True(StunMessage.TryParse(_bench.TakeAnswer(), out var answer));
        Assert.Equal(StunErrorCode.UnknownAttribute, answer.ErrorCode);
        Assert.True(answer.TryGetAttribute(StunAttributeType.UnknownAttributes, out var value));
        Assert.Equal([0x7f, 0xfe], value.ToArray());
        Assert.Null(Agent.SelectedPath);
    }

    [Fact]
    public void Consent_ends_ten_seconds_after_the_last_check_and_a_later_one_revives_it()
    {
        _bench.Handle(IceBench.Check());
        var last = _bench.Now + TimeSpan.FromSeconds(4);
        _bench.AdvanceTo(last);
        _bench.Handle(IceBench.Check(useCandidate: false));

        _bench.AdvanceTo(last + TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(IceState.Connected, Agent.State);
        Assert.Equal(IceBench.Path, Agent.SelectedPath);
        _bench.AdvanceTo(last + TimeSpan.FromSeconds(10));
        Assert.Equal(IceState.Disconnected, Agent.State);
        Assert.Null(Agent.SelectedPath);
        Assert.Equal(Instant.Never, Agent.NextDeadline);

        _bench.AdvanceTo(_bench.Now + TimeSpan.FromSeconds(60));
        _bench.Handle(IceBench.Check(useCandidate: false));
        Assert.Equal(IceState.Connected, Agent.State);
        Assert.Equal(IceBench.Path, Agent.SelectedPath);
    }

    [Fact]
    public void A_peer_that_never_checks_again_stays_while_its_reports_come_on_the_path_in_use()
    {
        _bench.Handle(IceBench.Check());
        for (var i = 0; i < 10; i++)
        {
            _bench.Now += TimeSpan.FromSeconds(6);
            Agent.HandleTimeout(_bench.Now);
            Assert.Equal(IceState.Connected, Agent.State);
            Agent.OnAuthenticatedRtcp(_bench.Now, IceBench.Path);
        }

        _bench.Now += TimeSpan.FromSeconds(6);
        Agent.OnAuthenticatedRtcp(_bench.Now, IceBench.PathFrom("203.0.113.99:1024"));
        _bench.Now += TimeSpan.FromSeconds(6);
        Agent.HandleTimeout(_bench.Now);
        Assert.Equal(IceState.Disconnected, Agent.State);
        Agent.OnAuthenticatedRtcp(_bench.Now, IceBench.Path); // what has ended is begun again by a check alone
        Assert.Equal(IceState.Disconnected, Agent.State);
    }

    [Fact]
    public void Checks_on_a_spare_path_are_no_consent_for_the_one_in_use()
    {
        _bench.Handle(IceBench.Check());
        var expiry = _bench.Now + TimeSpan.FromSeconds(10);
        var spare = IceBench.PathFrom("203.0.113.99:1024");
        _bench.AdvanceTo(_bench.Now + TimeSpan.FromSeconds(9));
        Assert.True(_bench.Handle(IceBench.Check(useCandidate: false), spare));
        Assert.Equal(expiry, Agent.NextDeadline);
        _bench.AdvanceTo(expiry);
        Assert.Equal(IceState.Disconnected, Agent.State);

        _bench.Handle(IceBench.Check(useCandidate: false), spare);
        Assert.Equal(IceState.Disconnected, Agent.State);
        _bench.Handle(IceBench.Check(), spare);
        Assert.Equal(spare, Agent.SelectedPath);
    }

    // What Firefox does with a UDP and a TCP candidate of ours: both are nominated, one is used.
    [Fact]
    public void A_lesser_path_that_is_nominated_once_does_not_take_over_from_a_living_one()
    {
        var lesser = IceBench.PathFrom("198.51.100.7:50000");
        _bench.Handle(IceBench.Check(priority: 2_000));
        _bench.Now += TimeSpan.FromMilliseconds(40);
        Assert.True(_bench.Handle(IceBench.Check(priority: 1_000), lesser));
        Assert.Equal(IceBench.Path, Agent.SelectedPath);
        for (var i = 0; i < 10; i++)
        {
            _bench.AdvanceTo(_bench.Now + TimeSpan.FromSeconds(5));
            _bench.Handle(IceBench.Check(useCandidate: false, priority: 2_000));
            Assert.Equal(IceBench.Path, Agent.SelectedPath);
        }
    }

    [Fact]
    public void A_better_path_takes_over_at_once_and_a_lesser_one_by_insistence_or_when_the_other_is_silent()
    {
        var better = IceBench.PathFrom("203.0.113.99:1024");
        _bench.Handle(IceBench.Check(priority: 2_000));
        _bench.Handle(IceBench.Check(priority: 3_000), better);
        Assert.Equal(better, Agent.SelectedPath);

        _bench.Handle(IceBench.Check(priority: 2_000)); // changed over: nominated again with every check
        Assert.Equal(better, Agent.SelectedPath);
        _bench.Now += TimeSpan.FromSeconds(2);
        _bench.Handle(IceBench.Check(useCandidate: false, priority: 3_000), better);
        _bench.Handle(IceBench.Check(priority: 2_000));
        Assert.Equal(IceBench.Path, Agent.SelectedPath);

        var last = IceBench.PathFrom("203.0.113.99:2048");
        _bench.AdvanceTo(_bench.Now + TimeSpan.FromSeconds(3));
        _bench.Handle(IceBench.Check(priority: 1_000), last);
        Assert.Equal(last, Agent.SelectedPath);
    }

    [Fact]
    public void Among_nominated_paths_of_one_rank_the_one_on_which_the_peer_consents_is_used()
    {
        var other = new NetworkPath(IceBench.Client, IceBench.Address("192.0.2.11:5004"));
        _bench.Handle(IceBench.Check());
        _bench.Handle(IceBench.Check(), other);
        Assert.Equal(other, Agent.SelectedPath);
        for (var i = 0; i < 5; i++)
        {
            _bench.AdvanceTo(_bench.Now + TimeSpan.FromSeconds(5));
            _bench.Handle(IceBench.Check(useCandidate: false));
            Assert.Equal(IceBench.Path, Agent.SelectedPath);
        }
    }

    [Fact]
    public void Unauthenticated_checks_are_no_consent()
    {
        _bench.Handle(IceBench.Check());
        var expiry = Agent.NextDeadline;
        _bench.AdvanceTo(_bench.Now + TimeSpan.FromSeconds(9));
        _bench.Handle(IceBench.Check(password: "guessed"));
        _bench.Handle(IceBench.Check(messageClass: StunClass.Indication));
        _bench.Handle(IceBench.Check(controlling: false));
        Assert.Equal(expiry, Agent.NextDeadline);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Consent_beyond_the_limits_is_a_mistake_of_the_caller(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IceBench(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_restart_honours_both_credentials_until_the_new_ones_nominate()
    {
        _bench.Handle(IceBench.Check());
        var renewed = Agent.Restart();
        Assert.Equal(renewed, Agent.Local);
        Assert.Equal(IceBench.ServerCredentials, Agent.PreviousLocal);
        Assert.NotEqual(IceBench.ServerCredentials, renewed);
        Assert.Equal(IceBench.Path, Agent.SelectedPath); // media goes on meanwhile

        Assert.True(_bench.Handle(IceBench.Check()));
        var moved = IceBench.PathFrom("203.0.113.99:1024");
        var username = renewed.UsernameFragment + ":new";
        Assert.True(_bench.Handle(IceBench.Check(useCandidate: false, username: username, password: renewed.Password), moved));
        Assert.False(_bench.Handle(IceBench.Check(username: username), moved)); // new name, old password
        Assert.True(_bench.Handle(IceBench.Check()));
        Assert.Equal(IceBench.Path, Agent.SelectedPath);

        Assert.True(_bench.Handle(IceBench.Check(username: username, password: renewed.Password), moved));
        Assert.Equal(moved, Agent.SelectedPath);
        Assert.Null(Agent.PreviousLocal);
        Assert.False(_bench.Handle(IceBench.Check()));
        Assert.Equal(moved, Agent.SelectedPath);
    }

    [Fact]
    public void Random_and_mutated_datagrams_never_throw_nor_move_the_path()
    {
        _bench.Handle(IceBench.Check());
        _bench.Outbox.Clear();
        var random = new Random(8445);
        var stranger = IceBench.PathFrom("203.0.113.99:1024");
        for (var i = 0; i < 50_000; i++)
        {
            byte[] datagram;
            if (i % 2 == 0)
            {
                datagram = new byte[random.Next(200)];
                random.NextBytes(datagram);
            }
            else
            {
                datagram = IceBench.Check(fingerprint: random.Next(2) == 0);
                datagram[random.Next(datagram.Length)] ^= (byte)random.Next(1, 256);
            }

            Assert.False(_bench.Handle(datagram, stranger));
            _bench.Outbox.Clear();
        }

        Assert.Equal(IceBench.Path, Agent.SelectedPath);
    }

    [Fact]
    public void Answering_a_check_allocates_nothing()
    {
        var check = IceBench.Check();
        Answer(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Answer(1_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Answer(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _bench.Agent.HandleStun(_bench.Now, IceBench.Path, check, _bench.Outbox);
                _bench.Outbox.Clear();
            }
        }
    }
}
