using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Fec;

/// <summary>One repair packet in the making: the exclusive or of the packets added so far, and which ones they were.</summary>
internal sealed class FecAccumulator
{
    private readonly byte[] _recovery = new byte[FlexFecHeader.RecoveryLength];
    private readonly byte[] _body = new byte[DatagramBatch.MaxDatagramSize];
    private UInt128 _mask;
    private ushort _base;
    private int _bodyLength;

    /// <summary>Packets protected.</summary>
    public int Count { get; private set; }

    /// <summary>Payload bytes of the repair packet.</summary>
    public int Length => FlexFecHeader.LengthOf(_mask) + _bodyLength;

    /// <summary>False for what a mask cannot name: too far from the others, or there already.</summary>
    /// <param name="packet">A whole RTP packet, not longer than a datagram.</param>
    /// <param name="zeroed">Bytes of it that count as zero.</param>
    public bool TryAdd(ReadOnlySpan<byte> packet, ReadOnlySpan<ByteRange> zeroed)
    {
        if (!TryMark(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]))) return false;

        // Section 6.2 of the draft: flags and payload type, the length beyond the fixed header, the timestamp.
        var body = packet[RtpPacket.FixedHeaderLength..];
        Span<byte> fields = stackalloc byte[FlexFecHeader.RecoveryLength];
        packet[..2].CopyTo(fields);
        BinaryPrimitives.WriteUInt16BigEndian(fields[2..], (ushort)body.Length);
        packet.Slice(4, 4).CopyTo(fields[4..]);
        Xor(_recovery, fields);

        Xor(_body, body);

        // What was just added is taken out again where it counts as zero: cheaper than a copy of the packet.
        foreach (var range in zeroed) Xor(_body.AsSpan(range.Start - RtpPacket.FixedHeaderLength), packet.Slice(range.Start, range.Length));
        _bodyLength = Math.Max(_bodyLength, body.Length);
        Count++;
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes: header and body.</summary>
    public void Write(Span<byte> destination, Ssrc protectedSsrc)
    {
        _recovery.CopyTo(destination);
        new FlexFecHeader(protectedSsrc, _base, _mask).Write(destination);
        _body.AsSpan(0, _bodyLength).CopyTo(destination[FlexFecHeader.LengthOf(_mask)..]);
    }

    public void Clear()
    {
        _body.AsSpan(0, _bodyLength).Clear();
        _recovery.AsSpan().Clear();
        _mask = 0;
        _bodyLength = 0;
        Count = 0;
    }

    /// <summary>Adds <paramref name="source"/> to the start of <paramref name="target"/>, in GF(2).</summary>
    public static void Xor(Span<byte> target, ReadOnlySpan<byte> source)
    {
        target = target[..source.Length];
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(target);
        var others = MemoryMarshal.Cast<byte, Vector<byte>>(source);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= others[i];
        for (var i = vectors.Length * Vector<byte>.Count; i < target.Length; i++) target[i] ^= source[i];
    }

    // Packets that come late go before the base.
    private bool TryMark(ushort sequenceNumber)
    {
        if (Count == 0) _base = sequenceNumber;
        int distance = (short)(sequenceNumber - _base);
        if (distance < 0)
        {
            if (FlexFecHeader.Span(_mask) - distance > FlexFecHeader.MaxSpan) return false;
            _mask = _mask << -distance | 1;
            _base = sequenceNumber;
            return true;
        }

        var bit = UInt128.One << distance;
        if (distance >= FlexFecHeader.MaxSpan || (_mask & bit) != 0) return false;
        _mask |= bit;
        return true;
    }
}
