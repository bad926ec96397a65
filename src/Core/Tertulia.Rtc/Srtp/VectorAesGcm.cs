using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Tertulia.Rtc.Srtp;

/// <summary>
/// AES-128-GCM by the processor's AES and carry-less multiplication: no call out, no context to set up again for each packet, which is
/// most of what a short packet costs. Neither branches nor memory accesses depend on keys or data.
/// </summary>
internal sealed class VectorAesGcm : AesGcmCipher
{
    private const int BlockLength = 16;
    private const int Rounds = 10;

    // Blocks in flight: enough to keep the AES units busy, few enough for sixteen registers.
    private const int Lanes = 8;

    private readonly RoundKeys _keys;
    private readonly HashKeys _powers;
    private bool _isDisposed;

    public VectorAesGcm(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, BlockLength);
        Expand(Vector128.Create(key), ref _keys);
        Polyval.FillPowers(Polyval.HashKey(Encrypt(Vector128<byte>.Zero)), _powers);
    }

    public static bool IsSupported => Aes.IsSupported && Pclmulqdq.IsSupported && Ssse3.IsSupported;

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag)
    {
        // What is left of the keys are zeros.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var counter = CounterOf(nonce);
        var hash = Absorb(Vector128<ulong>.Zero, associated);
        hash = Apply(counter, data, hash, encrypt: true);
        Tag(counter, hash, associated.Length, data.Length).CopyTo(tag[..TagLength]);
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var counter = CounterOf(nonce);
        var hash = Absorb(Vector128<ulong>.Zero, associated);
        hash = Apply(counter, data, hash, encrypt: false);

        // All bits at once: where they first differ must not show in the time.
        return Tag(counter, hash, associated.Length, data.Length) == Vector128.Create(tag[..TagLength]);
    }

    public override void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<RoundKeys>(ref Unsafe.AsRef(in _keys))));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<HashKeys>(ref Unsafe.AsRef(in _powers))));
    }

    /// <summary>Nonce and a block counter that starts at 1, which is kept in the machine's byte order.</summary>
    private static Vector128<uint> CounterOf(ReadOnlySpan<byte> nonce)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        nonce[..NonceLength].CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block[NonceLength..], 1);
        return Vector128.Create<byte>(block).AsUInt32();
    }

    private Vector128<byte> Tag(Vector128<uint> counter, Vector128<ulong> hash, int associatedLength, int dataLength)
    {
        var lengths = Vector128.Create((ulong)dataLength * 8, (ulong)associatedLength * 8);
        return Polyval.Reverse(Polyval.Multiply(hash ^ lengths, _powers[0]).AsByte()) ^ Encrypt(Block(counter));
    }

    private Vector128<ulong> Absorb(Vector128<ulong> hash, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= BlockLength; bytes = bytes[BlockLength..]) hash = Polyval.Multiply(hash ^ Polyval.Load(Vector128.Create(bytes)), _powers[0]);
        if (bytes.IsEmpty) return hash;
        Span<byte> last = stackalloc byte[BlockLength];
        last.Clear();
        bytes.CopyTo(last);
        return Polyval.Multiply(hash ^ Polyval.Load(Vector128.Create<byte>(last)), _powers[0]);
    }

    /// <summary>Counter mode in place, and the hash of the ciphertext.</summary>
    private Vector128<ulong> Apply(Vector128<uint> counter, Span<byte> data, Vector128<ulong> hash, bool encrypt)
    {
        var one = Vector128.Create(0u, 0, 0, 1);
        ref var at = ref MemoryMarshal.GetReference(data);
        var length = data.Length;
        for (; length >= Lanes * BlockLength; length -= Lanes * BlockLength)
        {
            var key = _keys[0];
            var b0 = Block(counter += one) ^ key;
            var b1 = Block(counter += one) ^ key;
            var b2 = Block(counter += one) ^ key;
            var b3 = Block(counter += one) ^ key;
            var b4 = Block(counter += one) ^ key;
            var b5 = Block(counter += one) ^ key;
            var b6 = Block(counter += one) ^ key;
            var b7 = Block(counter += one) ^ key;
            for (var round = 1; round < Rounds; round++)
            {
                key = _keys[round];
                b0 = Aes.Encrypt(b0, key);
                b1 = Aes.Encrypt(b1, key);
                b2 = Aes.Encrypt(b2, key);
                b3 = Aes.Encrypt(b3, key);
                b4 = Aes.Encrypt(b4, key);
                b5 = Aes.Encrypt(b5, key);
                b6 = Aes.Encrypt(b6, key);
                b7 = Aes.Encrypt(b7, key);
            }

            key = _keys[Rounds];
            var sum = default(Polyval.Product);
            Step(ref at, 0, Aes.EncryptLast(b0, key), hash, encrypt, ref sum);
            Step(ref at, 1, Aes.EncryptLast(b1, key), default, encrypt, ref sum);
            Step(ref at, 2, Aes.EncryptLast(b2, key), default, encrypt, ref sum);
            Step(ref at, 3, Aes.EncryptLast(b3, key), default, encrypt, ref sum);
            Step(ref at, 4, Aes.EncryptLast(b4, key), default, encrypt, ref sum);
            Step(ref at, 5, Aes.EncryptLast(b5, key), default, encrypt, ref sum);
            Step(ref at, 6, Aes.EncryptLast(b6, key), default, encrypt, ref sum);
            Step(ref at, 7, Aes.EncryptLast(b7, key), default, encrypt, ref sum);
            hash = sum.Reduce();
            at = ref Unsafe.Add(ref at, Lanes * BlockLength);
        }

        return ApplyRest(counter, data[^length..], hash, encrypt);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(ref byte data, int lane, Vector128<byte> stream, Vector128<ulong> hash, bool encrypt, ref Polyval.Product sum)
    {
        ref var block = ref Unsafe.Add(ref data, lane * BlockLength);
        var input = Vector128.LoadUnsafe(ref block);
        var output = input ^ stream;
        output.StoreUnsafe(ref block);
        sum.Add(Polyval.Load(encrypt ? output : input) ^ hash, _powers[Lanes - 1 - lane]);
    }

    private Vector128<ulong> ApplyRest(Vector128<uint> counter, Span<byte> data, Vector128<ulong> hash, bool encrypt)
    {
        var one = Vector128.Create(0u, 0, 0, 1);
        Span<byte> last = stackalloc byte[BlockLength];
        while (!data.IsEmpty)
        {
            counter += one;
            var stream = Encrypt(Block(counter));
            if (data.Length >= BlockLength)
            {
                var input = Vector128.Create<byte>(data);
                var output = input ^ stream;
                output.CopyTo(data);
                hash = Polyval.Multiply(hash ^ Polyval.Load(encrypt ? output : input), _powers[0]);
                data = data[BlockLength..];
                continue;
            }

            last.Clear();
            if (!encrypt) data.CopyTo(last);
            for (var i = 0; i < data.Length; i++) data[i] ^= stream[i];
            if (encrypt) data.CopyTo(last);
            return Polyval.Multiply(hash ^ Polyval.Load(Vector128.Create<byte>(last)), _powers[0]);
        }

        return hash;
    }

    private Vector128<byte> Encrypt(Vector128<byte> block)
    {
        block ^= _keys[0];
        for (var round = 1; round < Rounds; round++) block = Aes.Encrypt(block, _keys[round]);
        return Aes.EncryptLast(block, _keys[Rounds]);
    }

    /// <summary>The counter in network byte order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Block(Vector128<uint> counter) =>
        Ssse3.Shuffle(counter.AsByte(), Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12));

    /// <summary>FIPS 197 section 5.2. The round constant is an immediate of the instruction.</summary>
    private static void Expand(Vector128<byte> key, ref RoundKeys keys)
    {
        keys[0] = key;
        keys[1] = Next(keys[0], Aes.KeygenAssist(keys[0], 0x01));
        keys[2] = Next(keys[1], Aes.KeygenAssist(keys[1], 0x02));
        keys[3] = Next(keys[2], Aes.KeygenAssist(keys[2], 0x04));
        keys[4] = Next(keys[3], Aes.KeygenAssist(keys[3], 0x08));
        keys[5] = Next(keys[4], Aes.KeygenAssist(keys[4], 0x10));
        keys[6] = Next(keys[5], Aes.KeygenAssist(keys[5], 0x20));
        keys[7] = Next(keys[6], Aes.KeygenAssist(keys[6], 0x40));
        keys[8] = Next(keys[7], Aes.KeygenAssist(keys[7], 0x80));
        keys[9] = Next(keys[8], Aes.KeygenAssist(keys[8], 0x1b));
        keys[10] = Next(keys[9], Aes.KeygenAssist(keys[9], 0x36));
    }

    private static Vector128<byte> Next(Vector128<byte> key, Vector128<byte> assist)
    {
        var word = Sse2.Shuffle(assist.AsUInt32(), 0xff).AsByte();
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 4);
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 8);
        return key ^ word;
    }

    [InlineArray(Rounds + 1)]
    private struct RoundKeys
    {
        private Vector128<byte> _first;
    }

    /// <summary>Of the hash key, from the first power to that of <see cref="Lanes"/>.</summary>
    [InlineArray(Lanes)]
    private struct HashKeys
    {
        private Vector128<ulong> _first;
    }
}
