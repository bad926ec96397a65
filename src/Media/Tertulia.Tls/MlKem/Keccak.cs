using System.Numerics;

namespace Tertulia.Tls.MlKem;

/// <summary>
/// The SHA-3 functions that ML-KEM is built from (FIPS 202): a sponge over Keccak-f[1600]. Input is absorbed first, in pieces of any size;
/// the first squeeze ends it. No branch and no index depends on what is absorbed.
/// </summary>
internal ref struct Keccak
{
    private const int StateBytes = 200;
    private const int Rounds = 24;

    // FIPS 202 section 3.2.5, the bits of rc(t) put together.
    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    private readonly Span<ulong> _lanes;
    private readonly int _rate;
    private readonly byte _domain;
    private int _position;
    private bool _squeezing;

    private Keccak(Span<ulong> lanes, int rate, byte domain)
    {
        _lanes = lanes[..(StateBytes / 8)];
        _lanes.Clear();
        _rate = rate;
        _domain = domain;
    }

    /// <summary>How many lanes of memory a sponge works in; the caller lends them, and clears them where they were secret.</summary>
    public const int Lanes = StateBytes / 8;

    public static Keccak Sha3_256(Span<ulong> lanes) => new(lanes, 136, 0x06);

    public static Keccak Sha3_512(Span<ulong> lanes) => new(lanes, 72, 0x06);

    public static Keccak Shake128(Span<ulong> lanes) => new(lanes, 168, 0x1f);

    public static Keccak Shake256(Span<ulong> lanes) => new(lanes, 136, 0x1f);

    public void Absorb(scoped ReadOnlySpan<byte> input)
    {
        foreach (var octet in input)
        {
            // Octet i of a lane is its bits 8i to 8i+7, on any machine.
            _lanes[_position >> 3] ^= (ulong)octet << ((_position & 7) << 3);
            if (++_position == _rate) Permute();
        }
    }

    public void Squeeze(scoped Span<byte> output)
    {
        if (!_squeezing) Pad();
        for (var i = 0; i < output.Length; i++)
        {
            if (_position == _rate) Permute();
            output[i] = (byte)(_lanes[_position >> 3] >> ((_position & 7) << 3));
            _position++;
        }
    }

    // FIPS 202 section 5.1 with the suffix of section 6 before it.
    private void Pad()
    {
        _lanes[_position >> 3] ^= (ulong)_domain << ((_position & 7) << 3);
        _lanes[(_rate - 1) >> 3] ^= 0x80UL << (((_rate - 1) & 7) << 3);
        _squeezing = true;
        Permute();
    }

    private void Permute()
    {
        _position = 0;
        var a = _lanes;
        ulong a00 = a[0], a01 = a[1], a02 = a[2], a03 = a[3], a04 = a[4];
        ulong a05 = a[5], a06 = a[6], a07 = a[7], a08 = a[8], a09 = a[9];
        ulong a10 = a[10], a11 = a[11], a12 = a[12], a13 = a[13], a14 = a[14];
        ulong a15 = a[15], a16 = a[16], a17 = a[17], a18 = a[18], a19 = a[19];
        ulong a20 = a[20], a21 = a[21], a22 = a[22], a23 = a[23], a24 = a[24];
        var constants = RoundConstants;
        for (var round = 0; round < Rounds; round++)
        {
            // Theta
            var c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20;
            var c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21;
            var c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22;
            var c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23;
            var c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24;
            var d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
            var d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
            var d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
            var d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
            var d4 = c3 ^ BitOperations.RotateLeft(c0, 1);

            // Rho and pi: lane (x, y) turned, and moved to (y, 2x + 3y); b is named by where it arrives.
            var b00 = a00 ^ d0;
            var b10 = BitOperations.RotateLeft(a01 ^ d1, 1);
            var b20 = BitOperations.RotateLeft(a02 ^ d2, 62);
            var b05 = BitOperations.RotateLeft(a03 ^ d3, 28);
            var b15 = BitOperations.RotateLeft(a04 ^ d4, 27);
            var b16 = BitOperations.RotateLeft(a05 ^ d0, 36);
            var b01 = BitOperations.RotateLeft(a06 ^ d1, 44);
            var b11 = BitOperations.RotateLeft(a07 ^ d2, 6);
            var b21 = BitOperations.RotateLeft(a08 ^ d3, 55);
            var b06 = BitOperations.RotateLeft(a09 ^ d4, 20);
            var b07 = BitOperations.RotateLeft(a10 ^ d0, 3);
            var b17 = BitOperations.RotateLeft(a11 ^ d1, 10);
            var b02 = BitOperations.RotateLeft(a12 ^ d2, 43);
            var b12 = BitOperations.RotateLeft(a13 ^ d3, 25);
            var b22 = BitOperations.RotateLeft(a14 ^ d4, 39);
            var b23 = BitOperations.RotateLeft(a15 ^ d0, 41);
            var b08 = BitOperations.RotateLeft(a16 ^ d1, 45);
            var b18 = BitOperations.RotateLeft(a17 ^ d2, 15);
            var b03 = BitOperations.RotateLeft(a18 ^ d3, 21);
            var b13 = BitOperations.RotateLeft(a19 ^ d4, 8);
            var b14 = BitOperations.RotateLeft(a20 ^ d0, 18);
            var b24 = BitOperations.RotateLeft(a21 ^ d1, 2);
            var b09 = BitOperations.RotateLeft(a22 ^ d2, 61);
            var b19 = BitOperations.RotateLeft(a23 ^ d3, 56);
            var b04 = BitOperations.RotateLeft(a24 ^ d4, 14);

            // Chi and iota
            a00 = b00 ^ (~b01 & b02) ^ constants[round];
            a01 = b01 ^ (~b02 & b03);
            a02 = b02 ^ (~b03 & b04);
            a03 = b03 ^ (~b04 & b00);
            a04 = b04 ^ (~b00 & b01);
            a05 = b05 ^ (~b06 & b07);
            a06 = b06 ^ (~b07 & b08);
            a07 = b07 ^ (~b08 & b09);
            a08 = b08 ^ (~b09 & b05);
            a09 = b09 ^ (~b05 & b06);
            a10 = b10 ^ (~b11 & b12);
            a11 = b11 ^ (~b12 & b13);
            a12 = b12 ^ (~b13 & b14);
            a13 = b13 ^ (~b14 & b10);
            a14 = b14 ^ (~b10 & b11);
            a15 = b15 ^ (~b16 & b17);
            a16 = b16 ^ (~b17 & b18);
            a17 = b17 ^ (~b18 & b19);
            a18 = b18 ^ (~b19 & b15);
            a19 = b19 ^ (~b15 & b16);
            a20 = b20 ^ (~b21 & b22);
            a21 = b21 ^ (~b22 & b23);
            a22 = b22 ^ (~b23 & b24);
            a23 = b23 ^ (~b24 & b20);
            a24 = b24 ^ (~b20 & b21);
        }

        a[0] = a00; a[1] = a01; a[2] = a02; a[3] = a03; a[4] = a04;
        a[5] = a05; a[6] = a06; a[7] = a07; a[8] = a08; a[9] = a09;
        a[10] = a10; a[11] = a11; a[12] = a12; a[13] = a13; a[14] = a14;
        a[15] = a15; a[16] = a16; a[17] = a17; a[18] = a18; a[19] = a19;
        a[20] = a20; a[21] = a21; a[22] = a22; a[23] = a23; a[24] = a24;
    }
}
