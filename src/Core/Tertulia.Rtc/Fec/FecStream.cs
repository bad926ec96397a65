using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Fec;

/// <summary>The stream of repair packets that goes beside an outgoing media stream, under an SSRC and numbers of its own.</summary>
public sealed class FecStream(Ssrc ssrc, byte payloadType, ushort firstSequenceNumber, FlexFecEncoder encoder)
{
    public Ssrc Ssrc { get; } = ssrc;

    public byte PayloadType { get; } = payloadType;

    /// <summary>Makes the repair packets; protects nothing until it is started.</summary>
    public FlexFecEncoder Encoder { get; } = encoder;

    public long PacketsSent { get; private set; }

    /// <summary>Payload bytes, headers of the repair packets included.</summary>
    public long BytesSent { get; private set; }

    internal ushort NextSequenceNumber { get; private set; } = firstSequenceNumber;

    internal void OnSent(int payloadLength)
    {
        NextSequenceNumber++;
        PacketsSent++;
        BytesSent += payloadLength;
    }
}
