using static Tertulia.Rtc.Srtp.LibCrypto;

namespace Tertulia.Rtc.Srtp;

/// <summary>By libcrypto, on one kept context.</summary>
internal sealed unsafe class AesGcm128 : AesGcmCipher
{
    private nint _context;

    public AesGcm128(ReadOnlySpan<byte> key, bool encrypt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 16);
        _context = CheckNotNull(NewCipherContext());
        fixed (byte* k = key) Check(InitCipher(_context, Aes128Gcm, 0, k, null, encrypt ? 1 : 0));
    }

    ~AesGcm128() => Dispose();

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag)
    {
        Start(nonce, associated, data);
        fixed (byte* t = tag[..TagLength])
        {
            int length;
            Check(FinishCipher(_context, t, &length));
            Check(ControlCipher(_context, ControlGcmGetTag, TagLength, t));
        }

        GC.KeepAlive(this);
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        Start(nonce, associated, data);
        fixed (byte* t = tag[..TagLength])
        {
            var end = stackalloc byte[TagLength];
            int length;
            Check(ControlCipher(_context, ControlGcmSetTag, TagLength, t));
            var authentic = FinishCipher(_context, end, &length) == 1;
            GC.KeepAlive(this);
            return authentic;
        }
    }

    public override void Dispose()
    {
        FreeCipherContext(_context);
        _context = 0;
        GC.SuppressFinalize(this);
    }

    private void Start(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        int length;
        fixed (byte* n = nonce[..NonceLength]) Check(InitCipher(_context, 0, 0, null, n, -1));
        if (!associated.IsEmpty)
            fixed (byte* a = associated) Check(UpdateCipher(_context, null, &length, a, associated.Length));
        if (!data.IsEmpty)
            fixed (byte* d = data) Check(UpdateCipher(_context, d, &length, d, data.Length));
    }
}
