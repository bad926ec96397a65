using System.Text;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Tests.Stun;

/// <summary>The published test vector of RFC 8489 appendix B.1, as erratum 6268 corrects it.</summary>
public sealed class Rfc8489Tests
{
    internal static readonly byte[] Sha256Request = Convert.FromHexString(
        "000100902112a44278ad3433c6ad72c029da412e001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704"
        + "001500296f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c394653547679363473410000000014000b6578616d"
        + "706c652e6f726700001d000400020000001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65");

    private const string Username = "マトリックス";
    private const string Realm = "example.org";

    [Fact]
    public void Sample_request_with_SHA256_and_USERHASH()
    {
        Assert.True(StunMessage.TryParse(Sha256Request, out var message));
        Assert.False(message.HasIntegrity);
        Assert.True(message.HasIntegritySha256);
        Assert.True(message.TryGetAttribute(StunAttributeType.Userhash, out var userhash));
        Assert.Equal(StunAuthentication.Userhash(Username, Realm), userhash.ToArray());
        Assert.True(message.TryGetAttribute(StunAttributeType.Nonce, out var nonce));
        Assert.Equal("obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA", Encoding.ASCII.GetString(nonce));
        Assert.True(message.TryGetAttribute(StunAttributeType.PasswordAlgorithm, out var algorithm));
        Assert.Equal([0, 2, 0, 0], algorithm.ToArray());
        var key = StunAuthentication.LongTermKeySha256(Username, Realm, "TheMatrIX");
        Assert.True(message.VerifyIntegritySha256(key));
        Assert.False(message.VerifyIntegritySha256(StunAuthentication.LongTermKey(Username, Realm, "TheMatrIX")));
        Assert.False(message.VerifyIntegrity(key));
    }

    [Fact]
    public void The_writer_makes_the_same_bytes()
    {
        Assert.True(StunMessage.TryParse(Sha256Request, out var sample));
        Span<byte> buffer = stackalloc byte[256];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, sample.TransactionId);
        foreach (var attribute in sample.Attributes) writer.AddAttribute(attribute.Type, attribute.Value);
        writer.AddMessageIntegritySha256(StunAuthentication.LongTermKeySha256(Username, Realm, "TheMatrIX"));
        Assert.Equal(Sha256Request, writer.Written.ToArray());
    }

    [Fact]
    public void What_stands_behind_is_not_seen_and_a_shortened_one_is_none()
    {
        Span<byte> buffer = stackalloc byte[256];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddMessageIntegritySha256("key"u8);
        writer.AddUseCandidate();
        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Assert.False(message.UseCandidate);
        Assert.True(message.VerifyIntegritySha256("key"u8));

        writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddAttribute(StunAttributeType.MessageIntegritySha256, new byte[16]);
        Assert.False(StunMessage.TryParse(writer.Written, out _));
    }
}
