using System.Buffers.Binary;
using System.Security.Cryptography;
using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Stun;

/// <summary>
/// One STUN message (RFC 8489 section 5), read in place. Attributes behind MESSAGE-INTEGRITY are not seen, since anybody
/// could have put them there (section 14.5); only MESSAGE-INTEGRITY-SHA256, behind which the same holds, and FINGERPRINT may stand there.
/// </summary>
public readonly ref struct StunMessage
{
    public const int HeaderSize = 20;
    public const int TransactionIdSize = 12;
    public const uint MagicCookie = 0x2112a442;

    internal const int AttributeHeaderSize = 4;
    private const int None = -1;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _integrityOffset;
    private readonly int _sha256Offset;
    private readonly int _fingerprintOffset;

    private StunMessage(ReadOnlySpan<byte> bytes, int integrityOffset, int sha256Offset, int fingerprintOffset)
    {
        _bytes = bytes;
        _integrityOffset = integrityOffset;
        _sha256Offset = sha256Offset;
        _fingerprintOffset = fingerprintOffset;
    }

    public StunClass Class
    {
        get
        {
            var type = Type;
            return (StunClass)(type >> 4 & 1 | type >> 7 & 2);
        }
    }

    /// <summary>The method's twelve bits lie around the two of the class (RFC 8489 section 5, figure 3).</summary>
    public StunMethod Method
    {
        get
        {
            var type = Type;
            return (StunMethod)(type & 0xf | type >> 1 & 0x70 | type >> 2 & 0xf80);
        }
    }

    public ReadOnlySpan<byte> TransactionId => _bytes.Slice(8, TransactionIdSize);

    public bool HasIntegrity => _integrityOffset != None;

    /// <summary>MESSAGE-INTEGRITY-SHA256; beside it the older attribute does not count.</summary>
    public bool HasIntegritySha256 => _sha256Offset != None;

    public bool HasFingerprint => _fingerprintOffset != None;

    /// <summary>Empty if there is none.</summary>
    public ReadOnlySpan<byte> Username => TryGetAttribute(StunAttributeType.Username, out var value) ? value : default;

    public bool UseCandidate => TryGetAttribute(StunAttributeType.UseCandidate, out _);

    /// <summary>0 if there is none.</summary>
    public uint Priority =>
        TryGetAttribute(StunAttributeType.Priority, out var value) && value.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;

    /// <summary>400, 401 …; 0 if there is none or it is malformed.</summary>
    public int ErrorCode
    {
        get
        {
            if (!TryGetAttribute(StunAttributeType.ErrorCode, out var value) || value.Length < 4) return 0;
            int hundreds = value[2] & 7, rest = value[3];
            return hundreds is >= 3 and <= 6 && rest < 100 ? hundreds * 100 + rest : 0;
        }
    }

    private ushort Type => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>The first look that tells STUN from DTLS, RTP and RTCP on the same port (RFC 7983).</summary>
    public static bool LooksLikeStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderSize && datagram[0] < 4 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == MagicCookie;

    /// <summary>False unless the datagram is one whole message whose attributes all fit.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (!LooksLikeStun(datagram)) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if ((length & 3) != 0 || length + HeaderSize != datagram.Length) return false;

        int integrity = None, sha256 = None, fingerprint = None;
        for (var offset = HeaderSize; offset < datagram.Length;)
        {
            if (fingerprint != None || datagram.Length - offset < AttributeHeaderSize) return false; // FINGERPRINT is the last one
            var type = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(datagram[offset..]);
            int size = BinaryPrimitives.ReadUInt16BigEndian(datagram[(offset + 2)..]);
            var next = offset + AttributeHeaderSize + (size + 3 & ~3);
            if (next > datagram.Length) return false;

            if (type == StunAttributeType.MessageIntegrity && integrity == None && sha256 == None)
            {
                if (size != StunAuthentication.IntegritySize) return false;
                integrity = offset;
            }
            else if (type == StunAttributeType.MessageIntegritySha256 && sha256 == None)
            {
                if (size != StunAuthentication.Sha256Size) return false; // no usage that we know allows shorter ones (section 14.6)
                sha256 = offset;
            }
            else if (type == StunAttributeType.Fingerprint)
            {
                if (size != StunAuthentication.FingerprintSize) return false;
                fingerprint = offset;
            }

            offset = next;
        }

        message = new(datagram, integrity, sha256, fingerprint);
        return true;
    }

    /// <summary>The first attribute of that type; later ones of the same type do not count (RFC 8489 section 14).</summary>
    public bool TryGetAttribute(StunAttributeType type, out ReadOnlySpan<byte> value)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Type != type) continue;
            value = attribute.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>All attributes that count, without MESSAGE-INTEGRITY and FINGERPRINT, in their order.</summary>
    public AttributeEnumerator Attributes
    {
        get
        {
            var end = HasIntegrity ? _integrityOffset : HasIntegritySha256 ? _sha256Offset : HasFingerprint ? _fingerprintOffset : _bytes.Length;
            return new(_bytes[HeaderSize..end]);
        }
    }

    /// <summary>Holds what the sender of a response saw as our address.</summary>
    public bool TryGetXorMappedAddress(out TransportAddress address) => TryGetXorAddress(StunAttributeType.XorMappedAddress, out address);

    /// <summary>XOR-MAPPED-ADDRESS and its TURN relatives (RFC 8489 section 14.2).</summary>
    public bool TryGetXorAddress(StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return TryGetAttribute(type, out var value) && StunAddress.TryRead(value, _bytes.Slice(4, 16), out address);
    }

    /// <summary>The same of one attribute's value, where a message may have several.</summary>
    public bool TryReadXorAddress(ReadOnlySpan<byte> value, out TransportAddress address) => StunAddress.TryRead(value, _bytes.Slice(4, 16), out address);

    /// <summary>The tie breaker of a peer that believes itself controlling.</summary>
    public bool TryGetIceControlling(out ulong tieBreaker) => TryGetUInt64(StunAttributeType.IceControlling, out tieBreaker);

    /// <summary>The tie breaker of a peer that believes itself controlled.</summary>
    public bool TryGetIceControlled(out ulong tieBreaker) => TryGetUInt64(StunAttributeType.IceControlled, out tieBreaker);

    /// <summary>
    /// Writes the types that a receiver had to understand but this project does not know (RFC 8489 section 6.3.1), as many as fit.
    /// </summary>
    public int CopyUnknownRequired(Span<StunAttributeType> destination)
    {
        var count = 0;
        foreach (var attribute in Attributes)
        {
            if ((ushort)attribute.Type >= 0x8000 || IsKnown(attribute.Type)) continue;
            if (count == destination.Length) break;
            destination[count++] = attribute.Type;
        }

        return count;
    }

    /// <summary>True if MESSAGE-INTEGRITY is there and was made with <paramref name="key"/>.</summary>
    public bool VerifyIntegrity(ReadOnlySpan<byte> key)
    {
        if (!HasIntegrity || _integrityOffset > StunAuthentication.MaxAuthenticatedSize) return false;
        Span<byte> expected = stackalloc byte[StunAuthentication.IntegritySize];
        StunAuthentication.ComputeIntegrity(_bytes[.._integrityOffset], key, expected);
        var actual = _bytes.Slice(_integrityOffset + AttributeHeaderSize, StunAuthentication.IntegritySize);
        return CryptographicOperations.FixedTimeEquals(expected, actual);
    }

    /// <summary>True if MESSAGE-INTEGRITY-SHA256 is there and was made with <paramref name="key"/>.</summary>
    public bool VerifyIntegritySha256(ReadOnlySpan<byte> key)
    {
        if (!HasIntegritySha256 || _sha256Offset > StunAuthentication.MaxAuthenticatedSize) return false;
        Span<byte> expected = stackalloc byte[StunAuthentication.Sha256Size];
        StunAuthentication.ComputeIntegritySha256(_bytes[.._sha256Offset], key, expected);
        return CryptographicOperations.FixedTimeEquals(expected, _bytes.Slice(_sha256Offset + AttributeHeaderSize, StunAuthentication.Sha256Size));
    }

    /// <summary>True if FINGERPRINT is there and right.</summary>
    public bool VerifyFingerprint() =>
        HasFingerprint
        && BinaryPrimitives.ReadUInt32BigEndian(_bytes[(_fingerprintOffset + AttributeHeaderSize)..])
            == StunAuthentication.ComputeFingerprint(_bytes[.._fingerprintOffset]);

    private static bool IsKnown(StunAttributeType type) => type is
        StunAttributeType.MappedAddress or StunAttributeType.Username or StunAttributeType.MessageIntegrity
        or StunAttributeType.ErrorCode or StunAttributeType.UnknownAttributes or StunAttributeType.ChannelNumber
        or StunAttributeType.Lifetime or StunAttributeType.XorPeerAddress or StunAttributeType.Data or StunAttributeType.Realm
        or StunAttributeType.Nonce or StunAttributeType.XorRelayedAddress or StunAttributeType.RequestedAddressFamily
        or StunAttributeType.EvenPort or StunAttributeType.RequestedTransport or StunAttributeType.DontFragment
        or StunAttributeType.MessageIntegritySha256 or StunAttributeType.PasswordAlgorithm or StunAttributeType.Userhash
        or StunAttributeType.XorMappedAddress or StunAttributeType.ReservationToken or StunAttributeType.Priority
        or StunAttributeType.UseCandidate;

    private bool TryGetUInt64(StunAttributeType type, out ulong number)
    {
        var found = TryGetAttribute(type, out var value) && value.Length == 8;
        number = found ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;
        return found;
    }

    /// <summary>Walks attributes whose bounds have been checked by <see cref="TryParse"/>.</summary>
    public ref struct AttributeEnumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal AttributeEnumerator(ReadOnlySpan<byte> attributes)
        {
            _rest = attributes;
            Current = default;
        }

        public StunAttribute Current { get; private set; }

        public readonly AttributeEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.Length < AttributeHeaderSize) return false;
            int size = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            Current = new((StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(_rest), _rest.Slice(AttributeHeaderSize, size));
            _rest = _rest[(AttributeHeaderSize + (size + 3 & ~3))..];
            return true;
        }
    }
}

/// <summary>One attribute; the value is without padding.</summary>
public readonly ref struct StunAttribute(StunAttributeType type, ReadOnlySpan<byte> value)
{
    public StunAttributeType Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;
}
