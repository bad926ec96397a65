using System.Buffers.Binary;
using System.Text;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Stun;

/// <summary>
/// Writes one STUN message into the caller's memory: attributes, then <see cref="AddMessageIntegrity"/>, then
/// <see cref="AddFingerprint"/>. The header's length is right after every call. A buffer that is too small is a mistake of the
/// caller and throws.
/// </summary>
public ref struct StunWriter
{
    private readonly Span<byte> _buffer;

    public StunWriter(Span<byte> buffer, StunClass messageClass, StunMethod method, scoped ReadOnlySpan<byte> transactionId)
    {
        _buffer = buffer;
        Length = StunMessage.HeaderSize;
        int m = (int)method, c = (int)messageClass;
        var type = m & 0xf | (m & 0x70) << 1 | (m & 0xf80) << 2 | (c & 1) << 4 | (c & 2) << 7;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunMessage.MagicCookie);
        transactionId[..StunMessage.TransactionIdSize].CopyTo(buffer[8..]);
    }

    /// <summary>Bytes written so far, header included.</summary>
    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void AddAttribute(StunAttributeType type, scoped ReadOnlySpan<byte> value) => value.CopyTo(BeginAttribute(type, value.Length));

    public void AddText(StunAttributeType type, string text) =>
        Encoding.UTF8.GetBytes(text, BeginAttribute(type, Encoding.UTF8.GetByteCount(text)));

    public void AddUInt32(StunAttributeType type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(BeginAttribute(type, 4), value);

    public void AddUInt64(StunAttributeType type, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(BeginAttribute(type, 8), value);

    public void AddPriority(uint priority) => AddUInt32(StunAttributeType.Priority, priority);

    public void AddUseCandidate() => BeginAttribute(StunAttributeType.UseCandidate, 0);

    public void AddXorMappedAddress(in TransportAddress address) => AddXorAddress(StunAttributeType.XorMappedAddress, address);

    public void AddXorAddress(StunAttributeType type, in TransportAddress address)
    {
        Span<byte> value = stackalloc byte[StunAddress.MaxSize];
        var size = StunAddress.Write(address, _buffer.Slice(4, 16), value);
        AddAttribute(type, value[..size]);
    }

    /// <summary>The plain form: MAPPED-ADDRESS, ALTERNATE-SERVER.</summary>
    public void AddAddress(StunAttributeType type, in TransportAddress address)
    {
        Span<byte> value = stackalloc byte[StunAddress.MaxSize];
        var size = StunAddress.Write(address, default, value);
        AddAttribute(type, value[..size]);
    }

    /// <param name="code">300 to 699.</param>
    /// <param name="reason">For people reading traces; may be empty.</param>
    public void AddErrorCode(int code, scoped ReadOnlySpan<byte> reason = default)
    {
        var value = BeginAttribute(StunAttributeType.ErrorCode, 4 + reason.Length);
        value[0] = 0;
        value[1] = 0;
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        reason.CopyTo(value[4..]);
    }

    public void AddUnknownAttributes(scoped ReadOnlySpan<StunAttributeType> types)
    {
        var value = BeginAttribute(StunAttributeType.UnknownAttributes, types.Length * 2);
        for (var i = 0; i < types.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(value[(i * 2)..], (ushort)types[i]);
    }

    public void AddMessageIntegrity(scoped ReadOnlySpan<byte> key)
    {
        var before = Length;
        var value = BeginAttribute(StunAttributeType.MessageIntegrity, StunAuthentication.IntegritySize);
        StunAuthentication.ComputeIntegrity(_buffer[..before], key, value);
    }

    public void AddMessageIntegritySha256(scoped ReadOnlySpan<byte> key)
    {
        var before = Length;
        var value = BeginAttribute(StunAttributeType.MessageIntegritySha256, StunAuthentication.Sha256Size);
        StunAuthentication.ComputeIntegritySha256(_buffer[..before], key, value);
    }

    public void AddFingerprint()
    {
        var before = Length;
        var value = BeginAttribute(StunAttributeType.Fingerprint, StunAuthentication.FingerprintSize);
        BinaryPrimitives.WriteUInt32BigEndian(value, StunAuthentication.ComputeFingerprint(_buffer[..before]));
    }

    private Span<byte> BeginAttribute(StunAttributeType type, int size)
    {
        var padded = size + 3 & ~3;
        var attribute = _buffer.Slice(Length, StunMessage.AttributeHeaderSize + padded);
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)size);
        attribute[(StunMessage.AttributeHeaderSize + size)..].Clear();
        Length += attribute.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length - StunMessage.HeaderSize));
        return attribute.Slice(StunMessage.AttributeHeaderSize, size);
    }
}
