using System.Buffers.Binary;

namespace Tertulia.Rtc.Srtp;

/// <summary>
/// SRTP and SRTCP of one connection, both directions, in place (RFC 3711, RFC 7714). Not thread safe. Allocates only for
/// the first packet of each SSRC, and for a received one only after it proved authentic.
/// <para>A stream's rollover counter starts at 0 with the first packet seen (RFC 3711 section 3.3.1): a sender should
/// start with a sequence number below 2^15, so that losing its first packets cannot hide a rollover.</para>
/// </summary>
public sealed class SrtpSession : IDisposable
{
    /// <summary>Most bytes that protection appends: the GCM tag and the SRTCP index.</summary>
    public const int MaxTrailer = AesGcmCipher.TagLength + SrtpTransform.IndexLength;

    /// <summary>Most SSRCs accepted from the peer.</summary>
    public const int MaxSources = 1024;

    private const uint MaxRtcpIndex = int.MaxValue;

    private readonly SrtpTransform _outbound;
    private readonly SrtpTransform _inbound;
    private readonly Dictionary<uint, ReplayWindow> _sent = [];
    private readonly Dictionary<uint, ReplayWindow> _receivedRtp = [];
    private readonly Dictionary<uint, ReplayWindow> _receivedRtcp = [];
    private uint _nextRtcpIndex;

    public SrtpSession(SrtpKeyingMaterial keys)
    {
        Profile = keys.Profile;
        _outbound = CreateTransform(keys.Profile, keys.LocalKey, keys.LocalSalt, encrypt: true);
        _inbound = CreateTransform(keys.Profile, keys.RemoteKey, keys.RemoteSalt, encrypt: false);
    }

    public SrtpProfile Profile { get; }

    /// <summary>
    /// Encrypts and authenticates the first <paramref name="length"/> bytes of <paramref name="buffer"/>, which has
    /// <see cref="MaxTrailer"/> bytes more.
    /// </summary>
    /// <returns>
    /// The new length; 0 if the packet must not be sent: no RTP, or a sequence number that this SSRC already used or left
    /// more than <see cref="ReplayWindow.Size"/> behind. Encrypting two packets under one index would give away both (and
    /// with GCM the authentication key), so a repetition goes out as RTX or as the bytes kept from the first time.
    /// </returns>
    public int ProtectRtp(Span<byte> buffer, int length)
    {
        if (buffer.Length < length + MaxTrailer || !TryReadRtpHeader(buffer[..length], out var header)) return 0;
        var window = _sent.GetValueOrDefault(header.Ssrc);
        if (window is null) _sent.Add(header.Ssrc, window = new());
        var index = window.Highest < 0 ? header.SequenceNumber : PacketIndex.Estimate(window.Highest, header.SequenceNumber);
        if (index > PacketIndex.Max || window.Check(index) != SrtpError.None) return 0;
        window.Add(index);
        return _outbound.ProtectRtp(buffer, length, header.Length, header.Ssrc, index);
    }

    /// <summary>
    /// Authenticates and decrypts in place. <paramref name="length"/> is that of the RTP packet at the start of
    /// <paramref name="packet"/>; on false the contents are undefined.
    /// </summary>
    public bool TryUnprotectRtp(Span<byte> packet, out int length, out SrtpError error)
    {
        length = packet.Length - _inbound.TagLength;
        if (length < 0 || !TryReadRtpHeader(packet[..length], out var header)) return Fail(SrtpError.Malformed, ref length, out error);

        var window = _receivedRtp.GetValueOrDefault(header.Ssrc);
        var index = (long)header.SequenceNumber;
        if (window is not null)
        {
            index = PacketIndex.Estimate(window.Highest, header.SequenceNumber);
            error = index > PacketIndex.Max ? SrtpError.KeyExpired : window.Check(index);
            if (error != SrtpError.None) return Fail(error, ref length, out error);
        }
        else if (_receivedRtp.Count >= MaxSources)
        {
            return Fail(SrtpError.TooManySources, ref length, out error);
        }

        if (!_inbound.TryUnprotectRtp(packet, header.Length, header.Ssrc, index))
            return Fail(SrtpError.AuthenticationFailed, ref length, out error);
        if (window is null) _receivedRtp.Add(header.Ssrc, window = new());
        window.Add(index);
        error = SrtpError.None;
        return true;
    }

    /// <summary>As <see cref="ProtectRtp"/>, for a compound or reduced-size RTCP packet; 0 if it is none or the index is used up.</summary>
    public int ProtectRtcp(Span<byte> buffer, int length)
    {
        if (buffer.Length < length + MaxTrailer || _nextRtcpIndex > MaxRtcpIndex || !TryReadRtcpHeader(buffer[..length], out var ssrc))
            return 0;

        // One counter for all our SSRCs: each of them sees growing indices, which is all the receiver needs.
        return _outbound.ProtectRtcp(buffer, length, ssrc, _nextRtcpIndex++);
    }

    /// <summary>As <see cref="TryUnprotectRtp"/>, for SRTCP.</summary>
    public bool TryUnprotectRtcp(Span<byte> packet, out int length, out SrtpError error)
    {
        length = packet.Length - _inbound.TagLength - SrtpTransform.IndexLength;
        if (length < 0 || !TryReadRtcpHeader(packet[..length], out var ssrc)) return Fail(SrtpError.Malformed, ref length, out error);

        // AES-CM has the index before the tag, GCM behind it (RFC 7714 section 9.3).
        var position = Profile == SrtpProfile.AeadAes128Gcm ? packet.Length - SrtpTransform.IndexLength : length;
        var word = BinaryPrimitives.ReadUInt32BigEndian(packet[position..]);
        if ((word & SrtpTransform.EncryptedFlag) == 0) return Fail(SrtpError.NotEncrypted, ref length, out error);
        var index = word & ~SrtpTransform.EncryptedFlag;

        var window = _receivedRtcp.GetValueOrDefault(ssrc);
        if (window is not null)
        {
            error = window.Check(index);
            if (error != SrtpError.None) return Fail(error, ref length, out error);
        }
        else if (_receivedRtcp.Count >= MaxSources)
        {
            return Fail(SrtpError.TooManySources, ref length, out error);
        }

        if (!_inbound.TryUnprotectRtcp(packet, ssrc, index)) return Fail(SrtpError.AuthenticationFailed, ref length, out error);
        if (window is null) _receivedRtcp.Add(ssrc, window = new());
        window.Add(index);
        error = SrtpError.None;
        return true;
    }

    public void Dispose()
    {
        _outbound.Dispose();
        _inbound.Dispose();
    }

    private static SrtpTransform CreateTransform(SrtpProfile profile, byte[] key, byte[] salt, bool encrypt)
    {
        var keys = SrtpSessionKeys.Derive(profile, key, salt);
        var transform = SrtpTransform.Create(profile, keys, encrypt);
        keys.Clear();
        return transform;
    }

    private static bool Fail(SrtpError reason, ref int length, out SrtpError error)
    {
        length = 0;
        error = reason;
        return false;
    }

    /// <summary>Only what is needed to tell header from payload: contributing sources and one extension (RFC 3550 section 5.1).</summary>
    private static bool TryReadRtpHeader(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        header = default;
        if (packet.Length < 12 || packet[0] >> 6 != 2) return false;
        var length = 12 + 4 * (packet[0] & 0x0f);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < length + 4) return false;
            length += 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]);
        }

        if (packet.Length < length) return false;
        header = new(length, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), BinaryPrimitives.ReadUInt32BigEndian(packet[8..]));
        return true;
    }

    private static bool TryReadRtcpHeader(ReadOnlySpan<byte> packet, out uint ssrc)
    {
        ssrc = 0;
        if (packet.Length < SrtpTransform.RtcpHeaderLength || packet[0] >> 6 != 2) return false;
        ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        return true;
    }

    private readonly record struct RtpHeader(int Length, ushort SequenceNumber, uint Ssrc);
}
