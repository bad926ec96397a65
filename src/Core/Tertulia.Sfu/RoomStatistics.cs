using Tertulia.Rtc;

namespace Tertulia.Sfu;

/// <summary>Counters of one room since it was opened; those of single connections are added when they close.</summary>
public sealed class RoomStatistics
{
    public long DatagramsReceived { get; internal set; }

    /// <summary>Media packets that passed decryption and checks.</summary>
    public long PacketsReceived { get; internal set; }

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Repair packets among <see cref="PacketsSent"/>.</summary>
    public long RepairPacketsSent { get; private set; }

    public long ConnectionsOpened { get; internal set; }

    public long ConnectionsEstablished { get; internal set; }

    public DropCounters Drops { get; } = new();

    internal void Add(PeerConnection connection)
    {
        PacketsSent += connection.Sender.PacketsSent;
        RepairPacketsSent += connection.Sender.RepairPacketsSent;
        BytesSent += connection.Sender.BytesSent;
        Drops.AddAll(connection.Drops);
    }
}
