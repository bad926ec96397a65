using System.Buffers.Binary;
using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>Sends Opus-like packets, 50 a second, with the audio level of RFC 6464.</summary>
/// <param name="redPayloadType">Set: each packet repeats the frame before (RFC 2198), as Chromium sends it.</param>
public sealed class SimulatedMicrophone(MediaSender sender, SendStream stream, byte payloadType, byte? redPayloadType, SeededEntropy entropy)
{
    public const byte Silent = 127;

    private readonly byte[] _payload = new byte[80];
    private readonly byte[] _previous = new byte[80];
    private ushort _sequenceNumber = (ushort)entropy.NextUInt32();
    private uint _timestamp = entropy.NextUInt32();
    private uint _count;

    /// <summary>Loudness in -dBov: 0 is loudest, 127 digital silence.</summary>
    public byte Level { get; set; } = Silent;

    public bool IsOn { get; set; } = true;

    public Instant NextPacketAt { get; private set; } = Instant.Zero;

    public long Packets => _count;

    public void Tick(Instant now, DatagramBatch outbox)
    {
        if (now < NextPacketAt) return;
        NextPacketAt = now + TimeSpan.FromMilliseconds(20);
        _timestamp += 960;
        if (!IsOn || !sender.IsConnected) return;
        _payload.CopyTo(_previous, 0);
        BinaryPrimitives.WriteUInt32BigEndian(_payload, ++_count);
        var level = (byte)(Level | (Level < 60 ? 0x80 : 0));
        var packet = new OutgoingRtp(redPayloadType ?? payloadType, false, _sequenceNumber++, _timestamp) { AudioLevel = level };
        sender.Send(now, stream, packet, redPayloadType is null || _count == 1 ? Plain() : WithPrevious(), outbox);
    }

    private byte[] Plain() => redPayloadType is null ? _payload : [payloadType, .. _payload];

    private byte[] WithPrevious()
    {
        const int Behind = 960 << 10;
        var header = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(header, 1 << 31 | payloadType << 24 | Behind | _previous.Length);
        return [.. header, payloadType, .. _previous, .. _payload];
    }
}
