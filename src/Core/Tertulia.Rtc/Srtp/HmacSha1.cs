using static Tertulia.Rtc.Srtp.LibCrypto;

namespace Tertulia.Rtc.Srtp;

/// <summary>HMAC-SHA1 (RFC 2104) with one key, whose two first blocks are hashed only once, on one kept context.</summary>
internal sealed unsafe class HmacSha1 : IDisposable
{
    public const int Length = 20;

    private nint _context;

    public HmacSha1(ReadOnlySpan<byte> key)
    {
        _context = CheckNotNull(NewMacContext(Hmac));
        var parameters = stackalloc Parameter[2];
        parameters[1] = default;
        fixed (byte* k = key)
        fixed (byte* name = "digest"u8)
        fixed (byte* digest = "SHA1"u8)
        {
            parameters[0] = new() { Key = name, Type = Parameter.Utf8String, Data = digest, Size = 4 };
            Check(InitMac(_context, k, (nuint)key.Length, parameters));
        }
    }

    ~HmacSha1() => Dispose();

    /// <summary>Writes the full 20 bytes; SRTP uses the first ten of them.</summary>
    public void Compute(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        nuint length;
        Check(InitMac(_context, null, 0, null));
        fixed (byte* d = data) Check(UpdateMac(_context, d, (nuint)data.Length));
        fixed (byte* m = mac[..Length]) Check(FinishMac(_context, m, &length, Length));
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        FreeMacContext(_context);
        _context = 0;
        GC.SuppressFinalize(this);
    }
}
