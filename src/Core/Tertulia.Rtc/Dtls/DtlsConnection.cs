using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tertulia.Rtc.Srtp;
using static Tertulia.Rtc.Dtls.LibSsl;

namespace Tertulia.Rtc.Dtls;

internal enum DtlsProgress
{
    /// <summary>Needs more from the peer.</summary>
    Waiting,
    Finished,
    ClosedByPeer,
    Failed,
}

/// <summary>One SSL object between two memory BIOs: datagrams in, records out. Not thread safe.</summary>
internal sealed unsafe class DtlsConnection : IDisposable
{
    private const int NoTimer = 0x7fffffff;

    private readonly IReadOnlyList<DtlsFingerprint> _expectedPeer;
    private readonly nint _input;
    private readonly nint _output;
    private nint _ssl;
    private GCHandle _self;
    private bool _peerVerified;

    public DtlsConnection(DtlsRole role, DtlsCertificate certificate, IReadOnlyList<DtlsFingerprint> expectedPeer)
    {
        _expectedPeer = expectedPeer;
        _ssl = certificate.NewSsl();
        _input = NewMemoryBio();
        _output = NewMemoryBio();
        SetBio(_ssl, _input, _output);
        Control(_ssl, ControlSetMtu, DtlsTransport.Mtu, null);
        SetTimerCallback(_ssl, &GetTimer);

        // Weak, so that a forgotten connection can still be finalized.
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        Check(SetData(_ssl, 0, GCHandle.ToIntPtr(_self)) == 1);
        if (role == DtlsRole.Server) SetAcceptState(_ssl);
        else SetConnectState(_ssl);
    }

    ~DtlsConnection() => Dispose();

    /// <summary>Meaningful after <see cref="DtlsProgress.Failed"/>.</summary>
    public DtlsFailure Failure { get; private set; } = DtlsFailure.Protocol;

    /// <summary>Hands over one datagram. A memory BIO knows no borders, so it must be consumed before the next one.</summary>
    public void Write(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* d = datagram) _ = WriteBio(_input, d, datagram.Length);
    }

    public DtlsProgress DoHandshake()
    {
        ClearErrors();
        var result = LibSsl.DoHandshake(_ssl);
        GC.KeepAlive(this);
        if (result != 1) return Explain(result);
        if (_peerVerified) return DtlsProgress.Finished;
        Failure = DtlsFailure.FingerprintMismatch;
        return DtlsProgress.Failed;
    }

    /// <summary>
    /// Consumes records after the handshake. A repeated Finished makes OpenSSL send its own last flight again; application
    /// data is dropped.
    /// </summary>
    public DtlsProgress Read()
    {
        var buffer = stackalloc byte[2048];
        int result;
        do
        {
            ClearErrors();
            result = LibSsl.Read(_ssl, buffer, 2048);
        }
        while (result > 0);

        var progress = Explain(result);
        GC.KeepAlive(this);
        return progress;
    }

    /// <summary>What OpenSSL wants to send: whole records, one behind the other; empty if nothing.</summary>
    public byte[] TakeOutput()
    {
        var pending = (int)ControlBio(_output, BioControlPending, 0, null);
        if (pending <= 0) return [];
        var records = new byte[pending];
        fixed (byte* r = records) Check(ReadBio(_output, r, pending) == pending);
        GC.KeepAlive(this);
        return records;
    }

    public void Shutdown()
    {
        ClearErrors();
        _ = LibSsl.Shutdown(_ssl);
        ClearErrors();
        GC.KeepAlive(this);
    }

    /// <summary>The keys that both ends derive from the finished handshake (RFC 5764 section 4.2); null without a profile.</summary>
    public SrtpKeyingMaterial? ExportKeys(DtlsRole role)
    {
        var selected = GetSrtpProfile(_ssl);
        if (selected is null) return null;
        var profile = (SrtpProfile)selected->Id;
        var keyLength = profile.MasterKeyLength();
        var saltLength = profile.MasterSaltLength();
        Span<byte> material = stackalloc byte[2 * (keyLength + saltLength)];
        fixed (byte* m = material)
        fixed (byte* label = "EXTRACTOR-dtls_srtp"u8)
            Check(ExportKeyingMaterial(_ssl, m, (nuint)material.Length, label, 19, null, 0, 0) == 1);
        GC.KeepAlive(this);

        var clientKey = material[..keyLength].ToArray();
        var serverKey = material.Slice(keyLength, keyLength).ToArray();
        var clientSalt = material.Slice(2 * keyLength, saltLength).ToArray();
        var serverSalt = material[(2 * keyLength + saltLength)..].ToArray();
        material.Clear();
        var keys = new SrtpKeyingMaterial(profile, clientKey, clientSalt, serverKey, serverSalt);
        return role == DtlsRole.Client ? keys : keys.Mirror();
    }

    public void Dispose()
    {
        if (_ssl != 0) Free(_ssl);
        _ssl = 0;
        if (_self.IsAllocated) _self.Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Replaces OpenSSL's chain building: what counts is the fingerprint alone (RFC 8827 section 6.5).</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int VerifyCertificate(nint storeContext, nint argument)
    {
        var ssl = GetStoreContextData(storeContext, StoreContextSslIndex);
        if (GCHandle.FromIntPtr(GetData(ssl, 0)).Target is DtlsConnection connection && connection.Verify(GetPeerCertificate(storeContext)))
            return 1;
        SetVerifyError(storeContext, VerifyErrorCertificateRejected);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint GetTimer(nint ssl, uint timer) => NoTimer;

    private static nint NewMemoryBio()
    {
        var bio = NewBio(MemoryBioMethod());
        Check(bio != 0);

        // Empty means "try again later", not the end of the stream.
        ControlBio(bio, BioControlSetEofReturn, -1, null);
        return bio;
    }

    private bool Verify(nint certificate)
    {
        var length = certificate == 0 ? 0 : EncodeCertificate(certificate, null);
        if (length <= 0) return false;
        var der = new byte[length];
        fixed (byte* d = der)
        {
            var position = d;
            if (EncodeCertificate(certificate, &position) != length) return false;
        }

        _peerVerified = DtlsFingerprints.Match(_expectedPeer, der);
        if (!_peerVerified) Failure = DtlsFailure.FingerprintMismatch;
        return _peerVerified;
    }

    private DtlsProgress Explain(int result)
    {
        var error = GetError(_ssl, result);
        var reason = Reason(PeekError());
        ClearErrors();
        if (error == ErrorWantRead) return DtlsProgress.Waiting;
        if (error == ErrorZeroReturn || (reason < ReasonAlert && (GetShutdown(_ssl) & ReceivedShutdown) != 0)) return DtlsProgress.ClosedByPeer;
        if (reason >= ReasonAlert) Failure = DtlsFailure.Alert;
        else if (reason == ReasonNoCertificate) Failure = DtlsFailure.NoCertificate;
        return DtlsProgress.Failed;
    }
}
