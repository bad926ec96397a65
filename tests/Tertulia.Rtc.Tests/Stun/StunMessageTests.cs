using System.Buffers.Binary;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Stun;

namespace Tertulia.Rtc.Tests.Stun;

public sealed class StunMessageTests
{
    private static readonly byte[] Key = StunAuthentication.ShortTermKey("a password of some length");

    [Fact]
    public void Crc32_has_the_standard_check_value() => Assert.Equal(0xcbf43926u, Crc32.Compute("123456789"u8));

    [Fact]
    public void Every_class_and_method_survives_a_round_trip()
    {
        Span<byte> buffer = stackalloc byte[64];
        foreach (var messageClass in Enum.GetValues<StunClass>())
        {
            for (var method = 0; method < 0x100; method++) // RFC 7983 leaves first bytes 0 to 3 to STUN
            {
                var writer = new StunWriter(buffer, messageClass, (StunMethod)method, new byte[12]);
                Assert.True(StunMessage.TryParse(writer.Written, out var message));
                Assert.Equal(messageClass, message.Class);
                Assert.Equal((StunMethod)method, message.Method);
            }
        }
    }

    [Fact]
    public void Attributes_of_every_length_survive_a_round_trip() => Prop.ForAll<byte[], byte[], ushort>((first, second, port) =>
    {
        first = first.Take(300).ToArray();
        second = second.Take(300).ToArray();
        var buffer = new byte[1024];
        Array.Fill(buffer, (byte)0xee); // stale memory must not shine through the padding
        var address = TransportAddress.From(new IPAddress(first.Concat(new byte[16]).Take(16).ToArray()), port);
        var writer = new StunWriter(buffer, StunClass.Indication, StunMethod.Send, "0123456789ab"u8);
        writer.AddAttribute(StunAttributeType.Data, first);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, address);
        writer.AddAttribute(StunAttributeType.Software, second);
        writer.AddMessageIntegrity(Key);
        writer.AddFingerprint();

        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Assert.Equal("0123456789ab"u8.ToArray(), message.TransactionId.ToArray());
        Assert.True(message.TryGetAttribute(StunAttributeType.Data, out var data));
        Assert.Equal(first, data.ToArray());
        Assert.True(message.TryGetAttribute(StunAttributeType.Software, out var software));
        Assert.Equal(second, software.ToArray());
        Assert.True(message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out var parsed));
        Assert.Equal(address, parsed);
        Assert.True(message.VerifyIntegrity(Key));
        Assert.True(message.VerifyFingerprint());
        Assert.Equal(0, writer.Length % 4);
        for (var i = first.Length; i % 4 != 0; i++) Assert.Equal(0, buffer[StunMessage.HeaderSize + 4 + i]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Changing_any_bit_breaks_integrity_or_fingerprint()
    {
        var original = Rfc5769Tests.Request;
        var password = StunAuthentication.ShortTermKey("VOkJxbRl1RmTxUk/WvJxBt");
        for (var bit = 0; bit < original.Length * 8; bit++)
        {
            var changed = original.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            if (!StunMessage.TryParse(changed, out var message)) continue;
            Assert.False(message.VerifyIntegrity(password) && message.VerifyFingerprint(), $"bit {bit}");
        }
    }

    [Fact]
    public void Attributes_behind_integrity_are_not_seen()
    {
        Span<byte> buffer = stackalloc byte[128];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddPriority(7);
        writer.AddMessageIntegrity(Key);
        writer.AddUseCandidate();
        writer.AddFingerprint();

        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Assert.True(message.VerifyIntegrity(Key));
        Assert.True(message.VerifyFingerprint());
        Assert.Equal(7u, message.Priority);
        Assert.False(message.UseCandidate);
    }

    [Fact]
    public void Fingerprint_must_be_last()
    {
        Span<byte> buffer = stackalloc byte[128];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddFingerprint();
        writer.AddPriority(7);
        Assert.False(StunMessage.TryParse(writer.Written, out _));
    }

    [Fact]
    public void Error_codes_survive_a_round_trip_and_nonsense_is_zero()
    {
        Span<byte> buffer = stackalloc byte[128];
        foreach (var code in new[] { 300, 400, 401, 420, 438, 487, 508, 699 })
        {
            var writer = new StunWriter(buffer, StunClass.Error, StunMethod.Binding, new byte[12]);
            writer.AddErrorCode(code, "reason"u8);
            Assert.True(StunMessage.TryParse(writer.Written, out var message));
            Assert.Equal(code, message.ErrorCode);
        }

        foreach (var value in new byte[][] { [], [0, 0, 4], [0, 0, 7, 1], [0, 0, 4, 100] })
        {
            var writer = new StunWriter(buffer, StunClass.Error, StunMethod.Binding, new byte[12]);
            writer.AddAttribute(StunAttributeType.ErrorCode, value);
            Assert.True(StunMessage.TryParse(writer.Written, out var message));
            Assert.Equal(0, message.ErrorCode);
        }
    }

    [Fact]
    public void Unknown_mandatory_attributes_are_listed_and_optional_ones_are_not()
    {
        Span<byte> buffer = stackalloc byte[128];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddAttribute((StunAttributeType)0xc057, "net "u8); // network cost, as Chromium sends it
        writer.AddAttribute((StunAttributeType)0x7ffe, default);
        writer.AddPriority(1);
        writer.AddAttribute((StunAttributeType)0x0002, default);
        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[4];
        Assert.Equal(2, message.CopyUnknownRequired(unknown));
        Assert.Equal((StunAttributeType)0x7ffe, unknown[0]);
        Assert.Equal((StunAttributeType)0x0002, unknown[1]);
        Assert.Equal(1, message.CopyUnknownRequired(unknown[..1]));
    }

    [Fact]
    public void Random_bytes_never_throw() => Prop.ForAll<byte[]>(bytes =>
    {
        Read(bytes);
        var disguised = new byte[StunMessage.HeaderSize + bytes.Length];
        bytes.CopyTo(disguised, StunMessage.HeaderSize);
        BinaryPrimitives.WriteUInt16BigEndian(disguised.AsSpan(2), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(disguised.AsSpan(4), StunMessage.MagicCookie);
        Read(disguised);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Mutated_messages_never_throw()
    {
        var random = new Random(5769);
        var samples = new[]
        {
            Rfc5769Tests.Request, Rfc5769Tests.IPv4Response, Rfc5769Tests.IPv6Response, Rfc5769Tests.LongTermRequest,
        };
        var readable = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var mutated = samples[random.Next(samples.Length)].ToArray();
            for (var n = random.Next(1, 5); n > 0; n--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) mutated = mutated[..random.Next(mutated.Length + 1)];
            if (random.Next(4) == 0 && mutated.Length >= StunMessage.HeaderSize)
                BinaryPrimitives.WriteUInt16BigEndian(mutated.AsSpan(2), (ushort)(mutated.Length - StunMessage.HeaderSize));
            if (Read(mutated)) readable++;
        }

        Assert.InRange(readable, 1_000, 99_000); // both outcomes were exercised
    }

    [Fact]
    public void A_message_too_long_to_authenticate_is_read_but_not_trusted()
    {
        var buffer = new byte[4096];
        var writer = new StunWriter(buffer, StunClass.Indication, StunMethod.Data, new byte[12]);
        writer.AddAttribute(StunAttributeType.Data, new byte[3000]);
        writer.AddAttribute(StunAttributeType.MessageIntegrity, new byte[20]);
        Assert.True(StunMessage.TryParse(writer.Written, out var message));
        Assert.False(message.VerifyIntegrity(Key));
    }

    // Touches everything that a receiver may touch.
    private static bool Read(ReadOnlySpan<byte> bytes)
    {
        _ = StunMessage.LooksLikeStun(bytes);
        if (!StunMessage.TryParse(bytes, out var message)) return false;
        _ = (message.Class, message.Method, message.Priority, message.UseCandidate, message.ErrorCode, message.Username.Length);
        _ = message.TryGetXorMappedAddress(out _) | message.TryGetIceControlled(out _) | message.TryGetIceControlling(out _);
        _ = message.VerifyIntegrity(Key) | message.VerifyFingerprint();
        _ = message.CopyUnknownRequired(stackalloc StunAttributeType[2]);
        var sum = 0;
        foreach (var attribute in message.Attributes) sum += attribute.Value.Length;
        Assert.InRange(sum, 0, bytes.Length);
        return true;
    }
}
