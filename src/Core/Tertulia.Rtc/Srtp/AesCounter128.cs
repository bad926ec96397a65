using static Tertulia.Rtc.Srtp.LibCrypto;

namespace Tertulia.Rtc.Srtp;

/// <summary>AES-128 in counter mode (RFC 3711 section 4.1.1) on one kept context; encryption and decryption are the same.</summary>
internal sealed unsafe class AesCounter128 : IDisposable
{
    public const int BlockLength = 16;

    private nint _context;

    public AesCounter128(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 16);
        _context = CheckNotNull(NewCipherContext());
        fixed (byte* k = key) Check(InitCipher(_context, Aes128Ctr, 0, k, null, 1));
    }

    ~AesCounter128() => Dispose();

    /// <summary>Adds the keystream that starts at <paramref name="counter"/> (16 bytes) to <paramref name="data"/>.</summary>
    public void Apply(ReadOnlySpan<byte> counter, Span<byte> data)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        if (data.IsEmpty) return;
        int length;
        fixed (byte* c = counter[..BlockLength]) Check(InitCipher(_context, 0, 0, null, c, -1));
        fixed (byte* d = data) Check(UpdateCipher(_context, d, &length, d, data.Length));
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        FreeCipherContext(_context);
        _context = 0;
        GC.SuppressFinalize(this);
    }
}
