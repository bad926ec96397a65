using System.Buffers.Binary;

namespace Tertulia.Rtc.Rtp;

/// <summary>
/// Retransmission payload format (RFC 4588): the original packet under the RTX stream's payload type, SSRC and sequence number, with
/// the original sequence number (OSN) as the first two payload bytes.
/// </summary>
public static class Rtx
{
    public const int OriginalSequenceNumberLength = 2;

    /// <summary>Writes the OSN at the start of an RTX payload; the original payload follows.</summary>
    public static void WriteOriginalSequenceNumber(Span<byte> payload, ushort sequenceNumber) =>
        BinaryPrimitives.WriteUInt16BigEndian(payload, sequenceNumber);

    /// <summary>
    /// The original sequence number and payload. False for packets without room for an OSN: padding sent to probe the path.
    /// </summary>
    public static bool TryReadPayload(ReadOnlySpan<byte> rtxPayload, out ushort originalSequenceNumber, out ReadOnlySpan<byte> payload)
    {
        originalSequenceNumber = 0;
        payload = default;
        if (rtxPayload.Length < OriginalSequenceNumberLength) return false;
        originalSequenceNumber = BinaryPrimitives.ReadUInt16BigEndian(rtxPayload);
        payload = rtxPayload[OriginalSequenceNumberLength..];
        return true;
    }

    /// <summary>Copies a packet into <paramref name="destination"/> in its RTX form; extensions and padding stay as they are.</summary>
    /// <returns>The length written: two more than the original.</returns>
    public static int Wrap(scoped in RtpPacket original, Span<byte> destination, byte payloadType, Ssrc ssrc, ushort sequenceNumber)
    {
        var bytes = original.Bytes;
        var header = original.HeaderLength;
        bytes[..header].CopyTo(destination);
        WriteIdentity(destination, payloadType, sequenceNumber, ssrc);
        WriteOriginalSequenceNumber(destination[header..], original.SequenceNumber);
        bytes[header..].CopyTo(destination[(header + OriginalSequenceNumberLength)..]);
        return bytes.Length + OriginalSequenceNumberLength;
    }

    /// <summary>
    /// Turns an RTX packet back into the original one in place, by moving the (short) header two bytes towards the payload. The
    /// extensions are the RTX packet's own: its transport sequence number, and its repaired rid.
    /// </summary>
    /// <param name="packet">The RTX packet; overwritten.</param>
    /// <param name="payloadType">The original stream's payload type (apt).</param>
    /// <param name="ssrc">The original stream's SSRC.</param>
    /// <param name="original">The part of <paramref name="packet"/> that holds the original now.</param>
    public static bool TryUnwrap(Span<byte> packet, byte payloadType, Ssrc ssrc, out Span<byte> original)
    {
        original = default;
        if (!RtpPacket.TryParse(packet, out var rtx) || !TryReadPayload(rtx.Payload, out var sequenceNumber, out _)) return false;

        packet[..rtx.HeaderLength].CopyTo(packet[OriginalSequenceNumberLength..]);
        original = packet[OriginalSequenceNumberLength..];
        WriteIdentity(original, payloadType, sequenceNumber, ssrc);
        return true;
    }

    private static void WriteIdentity(Span<byte> packet, byte payloadType, ushort sequenceNumber, Ssrc ssrc)
    {
        packet[1] = (byte)((packet[1] & 0x80) | (payloadType & 0x7f));
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc.Value);
    }
}
