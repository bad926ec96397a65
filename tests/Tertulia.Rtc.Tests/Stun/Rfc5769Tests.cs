using System.Net;
using System.Text;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Tests.Stun;

/// <summary>The published test vectors of RFC 5769, byte for byte.</summary>
public sealed class Rfc5769Tests
{
    internal static readonly byte[] Request = Convert.FromHexString(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b1"
        + "51263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");

    internal static readonly byte[] IPv4Response = Convert.FromHexString(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599"
        + "fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");

    internal static readonly byte[] IPv6Response = Convert.FromHexString(
        "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5"
        + "bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c");

    internal static readonly byte[] LongTermRequest = Convert.FromHexString(
        "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39"
        + "353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a2"
        + "8ca89666");

    private static readonly byte[] Password = StunAuthentication.ShortTermKey("VOkJxbRl1RmTxUk/WvJxBt");

    [Fact]
    public void Sample_request()
    {
        Assert.True(StunMessage.TryParse(Request, out var message));
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(StunMethod.Binding, message.Method);
        Assert.Equal("B7E7A701BC34D686FA87DFAE", Convert.ToHexString(message.TransactionId));
        Assert.Equal("evtj:h6vY", Encoding.UTF8.GetString(message.Username));
        Assert.True(message.TryGetAttribute(StunAttributeType.Software, out var software));
        Assert.Equal("STUN test client", Encoding.UTF8.GetString(software));
        Assert.Equal(0x6e0001ffu, message.Priority);
        Assert.True(message.TryGetIceControlled(out var tieBreaker));
        Assert.Equal(0x932ff9b151263b36ul, tieBreaker);
        Assert.False(message.TryGetIceControlling(out _));
        Assert.False(message.UseCandidate);
        Assert.True(message.VerifyFingerprint());
        Assert.True(message.VerifyIntegrity(Password));
        Assert.False(message.VerifyIntegrity("wrong"u8));
    }

    [Fact]
    public void Sample_IPv4_response()
    {
        Assert.True(StunMessage.TryParse(IPv4Response, out var message));
        Assert.Equal(StunClass.Success, message.Class);
        Assert.True(message.TryGetXorMappedAddress(out var address));
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:32853"), address.ToIPEndPoint());
        Assert.True(message.VerifyFingerprint());
        Assert.True(message.VerifyIntegrity(Password));
    }

    [Fact]
    public void Sample_IPv6_response()
    {
        Assert.True(StunMessage.TryParse(IPv6Response, out var message));
        Assert.True(message.TryGetXorMappedAddress(out var address));
        Assert.Equal(IPEndPoint.Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"), address.ToIPEndPoint());
        Assert.True(message.VerifyFingerprint());
        Assert.True(message.VerifyIntegrity(Password));
    }

    [Fact]
    public void Sample_request_with_long_term_authentication()
    {
        Assert.True(StunMessage.TryParse(LongTermRequest, out var message));
        var username = Encoding.UTF8.GetString(message.Username);
        Assert.Equal("マトリックス", username);
        Assert.True(message.TryGetAttribute(StunAttributeType.Nonce, out var nonce));
        Assert.Equal("f//499k954d6OL34oL9FSTvy64sA", Encoding.UTF8.GetString(nonce));
        Assert.True(message.TryGetAttribute(StunAttributeType.Realm, out var realm));
        Assert.False(message.HasFingerprint);
        Assert.False(message.VerifyFingerprint());

        // The password is given as "The<soft hyphen>M<feminine ordinal>tr<roman numeral nine>", "TheMatrIX" after SASLprep.
        var key = StunAuthentication.LongTermKey(username, Encoding.UTF8.GetString(realm), "TheMatrIX");
        Assert.True(message.VerifyIntegrity(key));
        Assert.False(message.VerifyIntegrity(StunAuthentication.LongTermKey(username, "example.com", "TheMatrIX")));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8:1234:5678:11:2233:4455:6677")]
    public void The_writer_masks_addresses_as_the_samples_do(string ip)
    {
        var address = IPAddress.Parse(ip);
        var sample = address.GetAddressBytes().Length == 4 ? IPv4Response : IPv6Response;
        Assert.True(StunMessage.TryParse(sample, out var expected));
        Assert.True(expected.TryGetAttribute(StunAttributeType.XorMappedAddress, out var expectedValue));

        Span<byte> buffer = stackalloc byte[256];
        var writer = new StunWriter(buffer, StunClass.Success, StunMethod.Binding, expected.TransactionId);
        writer.AddXorMappedAddress(TransportAddress.From(address, 32853));
        Assert.True(StunMessage.TryParse(writer.Written, out var written));
        Assert.True(written.TryGetAttribute(StunAttributeType.XorMappedAddress, out var value));
        Assert.Equal(expectedValue.ToArray(), value.ToArray());
    }
}
