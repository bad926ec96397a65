using System.Net;
using System.Text;
using Tertulia.Rtc.Stun;
using Tertulia.Turn.Tests.Support;

namespace Tertulia.Turn.Tests;

/// <summary>Making, keeping and ending allocations (RFC 8656 sections 6 to 8).</summary>
public sealed class AllocationTests
{
    private readonly TurnBench _bench = new();

    [Fact]
    public void A_client_is_challenged_and_then_gets_a_relayed_address()
    {
        var client = _bench.Client();
        var challenge = client.Ask(StunMethod.Allocate, signed: false);
        Assert.Equal(401, challenge.Error);
        Assert.Equal("tests", Encoding.UTF8.GetString(challenge.Attribute(StunAttributeType.Realm)!));

        var answer = client.Allocate();
        Assert.True(answer.IsSuccess);
        Assert.Equal(TableRelayPorts.IPv4, answer.Relayed!.Address);
        Assert.Equal(client.Path.Remote.ToIPEndPoint(), answer.Address(StunAttributeType.XorMappedAddress));
        Assert.Equal([0, 0, 2, 88], answer.Attribute(StunAttributeType.Lifetime)!);
    }

    [Fact]
    public void Answers_are_signed_with_the_clients_key()
    {
        var answer = _bench.Client().Allocate();
        var credential = _bench.Credentials.Issue("mtg/ada", TurnBench.UnixNow);
        Assert.True(StunMessage.TryParse(answer.Bytes, out var message));
        Assert.True(message.VerifyIntegrity(StunAuthentication.LongTermKey(credential.Username, "tests", credential.Password)));
    }

    [Fact]
    public void A_lost_answer_is_given_again_and_another_request_is_a_mismatch()
    {
        var client = _bench.Client();
        var first = client.Allocate();
        client.RepeatsTransaction = true;
        Assert.Equal(first.Relayed, client.Allocate().Relayed);
        client.RepeatsTransaction = false;
        Assert.Equal(437, client.Allocate().Error);
        Assert.Equal(1, _bench.Server.AllocationCount);
    }

    [Fact]
    public void A_wrong_password_is_refused()
    {
        var client = _bench.Client();
        client.Password = "guess";
        Assert.Equal(401, client.Allocate().Error);
        Assert.Equal(0, _bench.Server.AllocationCount);
    }

    [Theory]
    [InlineData("ada")]
    [InlineData(":ada")]
    [InlineData("-5:ada")]
    [InlineData("99999999999999999999:ada")]
    [InlineData("12:a da")]
    public void A_name_that_was_never_issued_is_refused(string username)
    {
        var client = _bench.Client();
        client.Username = username;
        Assert.Equal(401, client.Allocate().Error);
    }

    [Fact]
    public void Nobody_but_its_owner_touches_an_allocation()
    {
        var client = _bench.Client();
        client.Allocate();
        var thief = _bench.Client("mtg/bob");
        Assert.Equal(441, thief.Refresh(0).Error);
        Assert.Equal(1, _bench.Server.AllocationCount);
    }

    [Fact]
    public void A_nonce_is_stale_after_an_hour_and_never_good_for_another_address()
    {
        var client = _bench.Client();
        client.Allocate();
        client.Refresh(3600);
        _bench.Pass(TimeSpan.FromMinutes(59));
        Assert.True(client.Ask(StunMethod.Refresh).IsSuccess);
        _bench.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(438, client.Ask(StunMethod.Refresh).Error);

        var other = _bench.Client(port: 2000);
        other.Nonce = client.Nonce;
        Assert.Equal(438, other.Ask(StunMethod.Allocate).Error);
        other.Nonce = Encoding.ASCII.GetBytes(new string('z', 32));
        Assert.Equal(438, other.Ask(StunMethod.Allocate).Error);
    }

    [Fact]
    public void It_ends_after_ten_minutes_unless_refreshed()
    {
        var client = _bench.Client();
        client.Allocate();
        _bench.Pass(TimeSpan.FromMinutes(9));
        Assert.True(client.Refresh(600).IsSuccess);
        _bench.Pass(TimeSpan.FromMinutes(9));
        Assert.Equal(1, _bench.Server.AllocationCount);
        _bench.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(0, _bench.Server.AllocationCount);
        Assert.Empty(_bench.Ports.Taken);
        Assert.Equal(437, client.Refresh(600).Error);
    }

    [Fact]
    public void No_lifetime_is_longer_than_an_hour_and_zero_ends_it()
    {
        var client = _bench.Client();
        client.Allocate();
        Assert.Equal([0, 0, 14, 16], client.Refresh(1_000_000).Attribute(StunAttributeType.Lifetime)!);
        Assert.True(client.Refresh(0).IsSuccess);
        Assert.Empty(_bench.Ports.Taken);
    }

    [Fact]
    public void Who_is_no_longer_admitted_can_neither_allocate_nor_refresh()
    {
        var client = _bench.Client();
        client.Allocate();
        _bench.Admission.Refused.Add("mtg/ada");
        Assert.Equal(401, client.Refresh(600).Error);
        Assert.Equal(401, _bench.Client(port: 2).Allocate().Error);
    }

    [Fact]
    public void Leaving_ends_all_relays_of_a_participant_and_no_others()
    {
        for (var port = 1; port <= 3; port++) _bench.Client(port: port).Allocate();
        _bench.Client("mtg/bob", 9).Allocate();
        _bench.Server.EndUser("mtg/ada");
        Assert.Equal(1, _bench.Server.AllocationCount);
        Assert.Single(_bench.Ports.Taken);
    }

    [Fact]
    public void Quotas_hold_for_each_participant_and_each_address()
    {
        var bench = new TurnBench(options => options with { AllocationsPerUser = 2, AllocationsPerAddress = 3 });
        Assert.True(bench.Client(port: 1).Allocate().IsSuccess);
        Assert.True(bench.Client(port: 2).Allocate().IsSuccess);
        Assert.Equal(486, bench.Client(port: 3).Allocate().Error);
        Assert.True(bench.Client("mtg/bob", 4).Allocate().IsSuccess);
        Assert.Equal(486, bench.Client("mtg/eve", 5).Allocate().Error);
        Assert.True(bench.Client("mtg/eve", 5, "198.51.100.2").Allocate().IsSuccess);
        bench.Client(port: 1).Refresh(0);
        Assert.True(bench.Client("mtg/eve", 6).Allocate().IsSuccess);
    }

    [Fact]
    public void A_used_up_range_is_told()
    {
        _bench.Ports.Size = 1;
        Assert.True(_bench.Client(port: 1).Allocate().IsSuccess);
        Assert.Equal(508, _bench.Client(port: 2).Allocate().Error);
    }

    [Fact]
    public void A_thousand_allocations_stand_side_by_side()
    {
        var clients = Enumerable.Range(1, 1000).Select(i => _bench.Client($"mtg/{i % 10}", i, $"198.51.{i % 50}.1")).ToList();
        var ports = clients.Select(client => client.Allocate().Relayed!.Port).ToHashSet();
        Assert.Equal(1000, ports.Count);
        var peer = new IPEndPoint(IPAddress.Parse("8.8.8.8"), 99);
        foreach (var client in clients) Assert.True(client.Bind(0x4000, peer).IsSuccess);
        foreach (var client in clients) Assert.Equal("x", client.SendByChannel(0x4000, "x")!.Value.Text);
        foreach (var client in clients) client.Refresh(0);
        Assert.Empty(_bench.Ports.Taken);
    }

    [Fact]
    public void Wishes_that_cannot_be_met_are_refused_as_the_standard_says()
    {
        Assert.Equal(400, _bench.Client().Request(StunMethod.Allocate).Error);
        Assert.Equal(442, _bench.Client().Request(StunMethod.Allocate, (ref StunWriter request) => request.AddUInt32(StunAttributeType.RequestedTransport, 6u << 24)).Error);
        Assert.Equal(420, _bench.Client().Allocate((ref StunWriter request) => request.AddAttribute(StunAttributeType.DontFragment, [])).Error);
        Assert.Equal(420, _bench.Client().Allocate((ref StunWriter request) => request.AddUInt32((StunAttributeType)0x7777, 1)).Error);
        Assert.Equal(440, _bench.Client().Allocate((ref StunWriter request) => request.AddUInt32(StunAttributeType.RequestedAddressFamily, 9u << 24)).Error);
        Assert.Equal(508, _bench.Client().Allocate((ref StunWriter request) => request.AddUInt64(StunAttributeType.ReservationToken, 5)).Error);
        Assert.Equal(0, _bench.Server.AllocationCount);
    }

    [Fact]
    public void Even_ports_and_the_one_above_can_be_had()
    {
        var first = _bench.Client(port: 1).Allocate((ref StunWriter request) => request.AddAttribute(StunAttributeType.EvenPort, [0x80]));
        Assert.Equal(0, first.Relayed!.Port % 2);
        var token = first.Attribute(StunAttributeType.ReservationToken)!;
        var second = _bench.Client(port: 2).Allocate((ref StunWriter request) => request.AddAttribute(StunAttributeType.ReservationToken, token));
        Assert.Equal(first.Relayed.Port + 1, second.Relayed!.Port);
        Assert.Equal(508, _bench.Client(port: 3).Allocate((ref StunWriter request) => request.AddAttribute(StunAttributeType.ReservationToken, token)).Error);
    }

    [Fact]
    public void A_reserved_port_is_given_back_when_nobody_comes_for_it()
    {
        _bench.Client(port: 1).Allocate((ref StunWriter request) => request.AddAttribute(StunAttributeType.EvenPort, [0x80]));
        Assert.Equal(2, _bench.Ports.Taken.Count);
        _bench.Pass(TimeSpan.FromSeconds(31));
        Assert.Single(_bench.Ports.Taken);
    }

    [Fact]
    public void IPv6_and_both_families_can_be_had_where_there_are_any()
    {
        var six = _bench.Client(port: 1).Allocate((ref StunWriter request) => request.AddUInt32(StunAttributeType.RequestedAddressFamily, 2u << 24));
        Assert.Equal(TableRelayPorts.IPv6, six.Relayed!.Address);
        var both = _bench.Client(port: 2);
        Assert.Equal(TableRelayPorts.IPv4, both.Allocate((ref StunWriter request) => request.AddUInt32(StunAttributeType.AdditionalAddressFamily, 2u << 24)).Relayed!.Address);
        Assert.True(both.Permit("2606:4700::1111", "1.1.1.1").IsSuccess);
        Assert.Equal(443, _bench.Client(port: 1).Permit("1.1.1.1").Error);

        _bench.Ports.HasIPv6 = false;
        Assert.Equal(440, _bench.Client(port: 3).Allocate((ref StunWriter request) => request.AddUInt32(StunAttributeType.RequestedAddressFamily, 2u << 24)).Error);
        var half = _bench.Client(port: 4).Allocate((ref StunWriter request) => request.AddUInt32(StunAttributeType.AdditionalAddressFamily, 2u << 24));
        Assert.Equal([2, 0, 4, 40], half.Attribute(StunAttributeType.AddressErrorCode)!);
    }

    [Fact]
    public void A_client_with_a_ticket_takes_its_relay_along_to_a_new_address()
    {
        var before = _bench.Client(port: 1);
        var made = before.Allocate((ref StunWriter request) => request.AddAttribute(StunAttributeType.MobilityTicket, []));
        var ticket = made.Attribute(StunAttributeType.MobilityTicket)!;
        before.Bind(0x4000, new(IPAddress.Parse("8.8.8.8"), 99));

        TurnTestClient.Writing withTicket = (ref StunWriter request) => request.AddAttribute(StunAttributeType.MobilityTicket, ticket);
        Assert.Equal(437, _bench.Client("mtg/eve", 2).Request(StunMethod.Refresh, withTicket).Error);
        var after = _bench.Client(port: 3, address: "198.51.100.200");
        Assert.True(after.Request(StunMethod.Refresh, withTicket).IsSuccess);
        Assert.Equal("x", after.SendByChannel(0x4000, "x")!.Value.Text);
        Assert.Null(before.SendByChannel(0x4000, "x"));
        Assert.Equal(437, _bench.Client(port: 4).Request(StunMethod.Refresh, withTicket).Error); // used up
    }

    [Fact]
    public void A_byte_stream_takes_its_allocation_with_it()
    {
        var client = _bench.Client(carrier: 5);
        Assert.True(client.Allocate().IsSuccess);
        _bench.Server.EndClient(client.Path);
        Assert.Empty(_bench.Ports.Taken);
    }
}
