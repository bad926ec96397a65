using BenchmarkDotNet.Attributes;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Benchmarks;

/// <summary>Authenticated encryption of one packet: ours, libcrypto's, and a whole SRTP packet with its header and index.</summary>
[MemoryDiagnoser]
public class SrtpBenchmarks : IDisposable
{
    private readonly byte[] _packet = new byte[1500];
    private readonly byte[] _nonce = new byte[AesGcmCipher.NonceLength];
    private readonly AesGcmCipher _ours = AesGcmCipher.Create(new byte[16], encrypt: true);
    private readonly AesGcmCipher _libcrypto = new AesGcm128(new byte[16], encrypt: true);
    private readonly SrtpSession _session = new(SrtpKeyingMaterial.Create(SrtpProfile.AeadAes128Gcm, new Simulation.SeededEntropy(1)));
    private ushort _sequenceNumber;

    /// <summary>Speech and video.</summary>
    [Params(160, 1200)]
    public int Bytes { get; set; }

    [GlobalCleanup]
    public void Dispose()
    {
        _ours.Dispose();
        _libcrypto.Dispose();
        _session.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void Libcrypto() => _libcrypto.Seal(_nonce, _packet.AsSpan(0, 20), _packet.AsSpan(20, Bytes), _packet.AsSpan(20 + Bytes, 16));

    [Benchmark]
    public void Ours() => _ours.Seal(_nonce, _packet.AsSpan(0, 20), _packet.AsSpan(20, Bytes), _packet.AsSpan(20 + Bytes, 16));

    [Benchmark]
    public int ProtectRtp()
    {
        _packet[0] = 0x80;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), ++_sequenceNumber);
        return _session.ProtectRtp(_packet, Bytes);
    }
}
