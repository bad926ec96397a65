using System.Runtime.InteropServices;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Tests.Srtp;

internal sealed class LibSrtpTheoryAttribute : TheoryAttribute
{
    public LibSrtpTheoryAttribute()
    {
        if (!LibSrtp.Exists) Skip = "libsrtp2 is not installed";
    }
}

/// <summary>One direction of a session of libsrtp 2, which other WebRTC endpoints use.</summary>
internal sealed unsafe partial class LibSrtp : IDisposable
{
    private const string Library = "libsrtp2.so.1";
    private const int AnyInbound = 2;
    private const int AnyOutbound = 3;

    private readonly nint _session;

    static LibSrtp() => Exists = NativeLibrary.TryLoad(Library, out _) && Init() == 0;

    public LibSrtp(SrtpProfile profile, byte[] key, byte[] salt, bool outbound)
    {
        byte[] master = [.. key, .. salt];
        var policy = default(Policy);
        if (profile == SrtpProfile.AeadAes128Gcm)
        {
            SetGcm(&policy.Rtp);
            SetGcm(&policy.Rtcp);
        }
        else
        {
            SetCounterMode(&policy.Rtp);
            SetCounterMode(&policy.Rtcp);
        }

        policy.SsrcType = outbound ? AnyOutbound : AnyInbound;
        policy.WindowSize = 1024;
        fixed (byte* k = master)
        {
            policy.Key = k;
            Assert.Equal(0, Create(out _session, &policy));
        }
    }

    public static bool Exists { get; }

    public byte[] Protect(byte[] packet) => Apply(packet, &ProtectRtp);

    public byte[] ProtectRtcp(byte[] packet) => Apply(packet, &ProtectRtcp);

    public byte[] Unprotect(byte[] packet) => Apply(packet, &UnprotectRtp);

    public byte[] UnprotectRtcp(byte[] packet) => Apply(packet, &UnprotectRtcp);

    public void Dispose() => Assert.Equal(0, Free(_session));

    private byte[] Apply(byte[] packet, delegate*<nint, byte*, int*, int> function)
    {
        var buffer = new byte[packet.Length + 160];
        packet.CopyTo(buffer, 0);
        var length = packet.Length;
        fixed (byte* b = buffer) Assert.Equal(0, function(_session, b, &length));
        return buffer[..length];
    }

    [LibraryImport(Library, EntryPoint = "srtp_init")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "srtp_create")]
    private static partial int Create(out nint session, Policy* policy);

    [LibraryImport(Library, EntryPoint = "srtp_dealloc")]
    private static partial int Free(nint session);

    [LibraryImport(Library, EntryPoint = "srtp_protect")]
    private static partial int ProtectRtp(nint session, byte* packet, int* length);

    [LibraryImport(Library, EntryPoint = "srtp_protect_rtcp")]
    private static partial int ProtectRtcp(nint session, byte* packet, int* length);

    [LibraryImport(Library, EntryPoint = "srtp_unprotect")]
    private static partial int UnprotectRtp(nint session, byte* packet, int* length);

    [LibraryImport(Library, EntryPoint = "srtp_unprotect_rtcp")]
    private static partial int UnprotectRtcp(nint session, byte* packet, int* length);

    [LibraryImport(Library, EntryPoint = "srtp_crypto_policy_set_aes_gcm_128_16_auth")]
    private static partial void SetGcm(CryptoPolicy* policy);

    [LibraryImport(Library, EntryPoint = "srtp_crypto_policy_set_rtp_default")]
    private static partial void SetCounterMode(CryptoPolicy* policy);

    private struct CryptoPolicy
    {
        public uint CipherType;
        public int CipherKeyLength;
        public uint AuthenticationType;
        public int AuthenticationKeyLength;
        public int TagLength;
        public int Services;
    }

    private struct Policy
    {
        public int SsrcType;
        public uint Ssrc;
        public CryptoPolicy Rtp;
        public CryptoPolicy Rtcp;
        public byte* Key;
        public nint Keys;
        public nuint KeyCount;
        public nint Ekt;
        public nuint WindowSize;
        public int AllowRepeat;
        public nint EncryptedExtensions;
        public int EncryptedExtensionCount;
        public nint Next;
    }
}
