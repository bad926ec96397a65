using System.Buffers.Binary;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Fec;

/// <summary>
/// The receiving end of FlexFEC-03 for one protected stream: keeps recent media and repair packets and gives back those that
/// were lost, as far as single losses of a repair packet reach, one after the other.
/// </summary>
public sealed class FlexFecDecoder(Ssrc protectedSsrc, MutableExtensions mutable)
{
    private const int MediaSlots = 512;
    private const int RepairSlots = 64;

    private readonly Slot[] _media = NewSlots(MediaSlots);
    private readonly Slot[] _repairs = NewSlots(RepairSlots);
    private readonly Queue<ushort> _recovered = new();
    private int _nextRepair;
    private ushort _newest;
    private bool _hasMedia;

    /// <summary>Repair packets that came.</summary>
    public long RepairPackets { get; private set; }

    /// <summary>Media packets given back.</summary>
    public long Recovered { get; private set; }

    /// <summary>Repair packets that could not be read, or whose result was no RTP packet.</summary>
    public long Malformed { get; private set; }

    /// <summary>Takes a media packet of the protected stream, after decryption.</summary>
    public void AddMedia(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > DatagramBatch.MaxDatagramSize || !RtpPacket.TryParse(packet, out var parsed) || parsed.Ssrc != protectedSsrc) return;
        if (Has(parsed.SequenceNumber) || IsOld(parsed.SequenceNumber)) return;
        mutable.Zero(Store(parsed.SequenceNumber, packet));
        Repair();
    }

    /// <summary>Takes the payload of a repair packet.</summary>
    public void AddRepair(ReadOnlySpan<byte> payload)
    {
        RepairPackets++;
        if (payload.Length > DatagramBatch.MaxDatagramSize || !FlexFecHeader.TryParse(payload, out var header) || header.Protected != protectedSsrc)
        {
            Malformed++;
            return;
        }

        _repairs[_nextRepair++ % RepairSlots].Set(header, payload);
        Repair();
    }

    /// <summary>The next packet that was recovered: whole, with the mutable extensions zero. Valid until the next call.</summary>
    public bool TryTake(out ReadOnlySpan<byte> packet)
    {
        while (_recovered.TryDequeue(out var sequenceNumber))
        {
            if (!Has(sequenceNumber)) continue;
            packet = _media[sequenceNumber % MediaSlots].Packet;
            return true;
        }

        packet = default;
        return false;
    }

    // Each recovered packet may be the one that another repair packet was waiting for.
    private void Repair()
    {
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var repair in _repairs)
            {
                if (repair.IsUsed) progress |= TryRepair(repair);
            }
        }
    }

    private bool TryRepair(Slot repair)
    {
        var header = repair.Header;
        var span = FlexFecHeader.Span(header.Mask);
        if (_hasMedia && IsOld(header.SequenceNumberBase))
        {
            repair.IsUsed = false;
            return false;
        }

        ushort missing = 0;
        var count = 0;
        for (var i = 0; i < span; i++)
        {
            var sequenceNumber = (ushort)(header.SequenceNumberBase + i);
            if ((header.Mask >> i & 1) == 0 || Has(sequenceNumber)) continue;
            if (++count > 1) return false;
            missing = sequenceNumber;
        }

        repair.IsUsed = false;
        return count == 1 && TryRecover(repair, missing);
    }

    private bool TryRecover(Slot repair, ushort missing)
    {
        var headerLength = FlexFecHeader.WrittenLength(repair.Packet);
        Span<byte> fields = stackalloc byte[FlexFecHeader.RecoveryLength];
        Span<byte> packet = stackalloc byte[RtpPacket.FixedHeaderLength + DatagramBatch.MaxDatagramSize];
        packet.Clear();
        repair.Packet[..FlexFecHeader.RecoveryLength].CopyTo(fields);
        var body = packet[RtpPacket.FixedHeaderLength..];
        repair.Packet[headerLength..].CopyTo(body);
        for (var i = 0; i < FlexFecHeader.Span(repair.Header.Mask); i++)
        {
            var sequenceNumber = (ushort)(repair.Header.SequenceNumberBase + i);
            if ((repair.Header.Mask >> i & 1) == 0 || sequenceNumber == missing) continue;
            var other = _media[sequenceNumber % MediaSlots].Packet;
            fields[0] ^= other[0];
            fields[1] ^= other[1];
            BinaryPrimitives.WriteUInt16BigEndian(fields[2..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(fields[2..]) ^ (other.Length - RtpPacket.FixedHeaderLength)));
            FecAccumulator.Xor(fields[4..], other.Slice(4, 4));
            FecAccumulator.Xor(body, other[RtpPacket.FixedHeaderLength..]);
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(fields[2..]);
        packet[0] = (byte)(0x80 | (fields[0] & 0x3f));
        packet[1] = fields[1];
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], missing);
        fields[4..].CopyTo(packet[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], protectedSsrc.Value);
        if (length > repair.Packet.Length - headerLength || !RtpPacket.TryParse(packet[..(RtpPacket.FixedHeaderLength + length)], out _))
        {
            Malformed++;
            return false;
        }

        Store(missing, packet[..(RtpPacket.FixedHeaderLength + length)]);
        _recovered.Enqueue(missing);
        Recovered++;
        return true;
    }

    private Span<byte> Store(ushort sequenceNumber, ReadOnlySpan<byte> packet)
    {
        if (!_hasMedia || (short)(sequenceNumber - _newest) > 0) _newest = sequenceNumber;
        _hasMedia = true;
        var slot = _media[sequenceNumber % MediaSlots];
        slot.Set(new FlexFecHeader(default, sequenceNumber, 0), packet);
        return slot.Packet;
    }

    private bool Has(ushort sequenceNumber)
    {
        var slot = _media[sequenceNumber % MediaSlots];
        return slot.IsUsed && slot.Header.SequenceNumberBase == sequenceNumber && !IsOld(sequenceNumber);
    }

    private bool IsOld(ushort sequenceNumber) => _hasMedia && (short)(_newest - sequenceNumber) >= MediaSlots - FlexFecHeader.MaxSpan;

    private static Slot[] NewSlots(int count) => [.. Enumerable.Range(0, count).Select(_ => new Slot())];

    private sealed class Slot
    {
        private byte[] _bytes = [];
        private int _length;

        public bool IsUsed { get; set; }

        public FlexFecHeader Header { get; private set; }

        public Span<byte> Packet => _bytes.AsSpan(0, _length);

        public void Set(FlexFecHeader header, ReadOnlySpan<byte> packet)
        {
            if (_bytes.Length < packet.Length) _bytes = new byte[DatagramBatch.MaxDatagramSize + RtpPacket.FixedHeaderLength];
            packet.CopyTo(_bytes);
            (_length, Header, IsUsed) = (packet.Length, header, true);
        }
    }
}
