namespace Tertulia.Rtc.Rtp;

/// <summary>One header extension element: local identifier as negotiated by extmap, and its bytes (may be empty in the two-byte form).</summary>
public readonly ref struct RtpExtension
{
    internal RtpExtension(int id, ReadOnlySpan<byte> value)
    {
        Id = id;
        Value = value;
    }

    public int Id { get; }

    public ReadOnlySpan<byte> Value { get; }
}

/// <summary>Walks the elements of an RFC 8285 extension block, for <c>foreach</c>. Broken elements end the walk.</summary>
public ref struct RtpExtensions
{
    /// <summary>"Defined by profile" of the one-byte form (RFC 8285 section 4.2).</summary>
    public const ushort OneByteProfile = 0xBEDE;

    /// <summary>"Defined by profile" of the two-byte form (section 4.3); its low four bits are application bits to be ignored.</summary>
    public const ushort TwoByteProfile = 0x1000;

    private readonly bool _twoByte;
    private ReadOnlySpan<byte> _rest;

    internal RtpExtensions(ushort profile, ReadOnlySpan<byte> block)
    {
        _twoByte = (profile & 0xfff0) == TwoByteProfile;
        _rest = _twoByte || profile == OneByteProfile ? block : default;
        Current = default;
    }

    public RtpExtension Current { get; private set; }

    public readonly RtpExtensions GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var first = _rest[0];
            if (first == 0)
            {
                _rest = _rest[1..];
                continue;
            }

            if (!(_twoByte ? TryReadTwoByte(first) : TryReadOneByte(first))) break;
            return true;
        }

        _rest = default;
        return false;
    }

    private bool TryReadOneByte(byte first)
    {
        var id = first >> 4;
        var length = (first & 0x0f) + 1;
        // Section 4.2: identifier 15, and identifier 0 with a length, end the processing of the whole block.
        if (id is 0 or 15 || _rest.Length < 1 + length) return false;

        Current = new RtpExtension(id, _rest.Slice(1, length));
        _rest = _rest[(1 + length)..];
        return true;
    }

    private bool TryReadTwoByte(byte id)
    {
        if (_rest.Length < 2 || _rest.Length < 2 + _rest[1]) return false;

        int length = _rest[1];
        Current = new RtpExtension(id, _rest.Slice(2, length));
        _rest = _rest[(2 + length)..];
        return true;
    }
}
