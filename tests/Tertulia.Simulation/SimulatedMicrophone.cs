using System.Buffers.Binary;
using Tertulia.Rtc;
using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>Sends Opus-like packets, 50 a second, with the audio level of RFC 6464.</summary>
public sealed class SimulatedMicrophone(MediaSender sender, SendStream stream, byte payloadType, SeededEntropy entropy)
{
    public const byte Silent = 127;

    private readonly byte[] _payload = new byte[80];
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
        BinaryPrimitives.WriteUInt32BigEndian(_payload, ++_count);
        var level = (byte)(Level | (Level < 60 ? 0x80 : 0));
        sender.Send(now, stream, new OutgoingRtp(payloadType, false, _sequenceNumber++, _timestamp) { AudioLevel = level }, _payload, outbox);
    }
}
