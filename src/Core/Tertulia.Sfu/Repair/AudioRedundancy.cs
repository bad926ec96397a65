using System.Buffers.Binary;
using System.Globalization;
using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Forwarding;

namespace Tertulia.Sfu.Repair;

/// <summary>
/// Repeats the last audio frames in each packet (RFC 2198) for a receiver whose line loses some, however the publisher sent them.
/// Players make a lost frame up unless it comes within 20 to 40 ms, so that asking for it again helps nobody.
/// </summary>
internal sealed class AudioRedundancy
{
    private const int MaxCopies = 2;

    // The header of a repeated block, and that of the packet's own (RFC 2198 section 3).
    private const int CopyHeader = 4;
    private const int OwnHeader = 1;
    private const int MaxTimestampOffset = (1 << 14) - 1;

    private readonly SendStream _stream;
    private readonly byte _opusPayloadType;
    private readonly RedundancyPolicy _policy = new();
    private int _copies;

    private AudioRedundancy(SendStream stream, byte redPayloadType, byte opusPayloadType)
    {
        _stream = stream;
        PayloadType = redPayloadType;
        _opusPayloadType = opusPayloadType;
    }

    /// <summary>Null when the receiver takes no redundant Opus.</summary>
    public static AudioRedundancy? Of(NegotiatedMedia media, SendStream stream)
    {
        var opus = media.Codecs.FirstOrDefault(codec => codec.Kind == CodecKind.Opus);
        var red = media.Codecs.FirstOrDefault(codec => codec.Kind == CodecKind.Red);
        if (opus is null || red is null || red.Parameters.Items is not [{ Value: null } blocks]) return null;
        var type = opus.PayloadType.ToString(CultureInfo.InvariantCulture);
        return blocks.Name.Split('/').All(block => block == type) ? new AudioRedundancy(stream, red.PayloadType, opus.PayloadType) : null;
    }

    public byte PayloadType { get; }

    /// <summary>What copies add to the bits that are forwarded, as a share of them.</summary>
    public double Overhead => _copies;

    /// <summary>Before each packet: whether it is to carry copies, and how long it becomes with them.</summary>
    public bool IsWanted(Instant now, SendSideBandwidthEstimator line, in ReceivedRtp packet, RecentAudio? recent, out int length)
    {
        _copies = Math.Min(_policy.Decide(now, _stream, line), MaxCopies);
        length = OwnHeader + packet.Payload.Length;
        if (_copies == 0 || recent is null || packet.Codec.Kind != CodecKind.Opus) return false;
        for (var distance = _copies; distance > 0; distance--)
        {
            if (TryGetCopy(packet, recent, distance, out _, out var copy)) length += CopyHeader + copy.Length;
        }

        return true;
    }

    /// <summary>Writes the copies that there are, oldest first, and the packet's own frame.</summary>
    /// <param name="payload">At least as long as <see cref="IsWanted"/> said.</param>
    public void Write(in ReceivedRtp packet, RecentAudio recent, Span<byte> payload)
    {
        var header = payload;
        for (var distance = _copies; distance > 0; distance--)
        {
            if (!TryGetCopy(packet, recent, distance, out var offset, out var copy)) continue;
            header[0] = (byte)(0x80 | _opusPayloadType);
            BinaryPrimitives.WriteUInt16BigEndian(header[1..], (ushort)(offset << 2 | copy.Length >> 8));
            header[3] = (byte)copy.Length;
            header = header[CopyHeader..];
        }

        header[0] = _opusPayloadType;
        var data = header[OwnHeader..];
        for (var distance = _copies; distance > 0; distance--)
        {
            if (!TryGetCopy(packet, recent, distance, out _, out var copy)) continue;
            copy.CopyTo(data);
            data = data[copy.Length..];
        }

        packet.Payload.CopyTo(data);
    }

    private static bool TryGetCopy(in ReceivedRtp packet, RecentAudio recent, int distance, out int timestampOffset, out ReadOnlySpan<byte> copy)
    {
        timestampOffset = 0;
        if (!recent.TryGet(new ExtendedSequenceNumber(packet.SequenceNumber.Value - distance), out var timestamp, out copy)) return false;
        var behind = packet.Timestamp - timestamp;
        timestampOffset = (int)Math.Min(behind, int.MaxValue);
        return behind is > 0 and <= MaxTimestampOffset;
    }
}
