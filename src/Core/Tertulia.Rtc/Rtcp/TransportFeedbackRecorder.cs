using System.Buffers.Binary;
using System.Diagnostics;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Rtcp;

/// <summary>
/// Receiver side of transport-wide congestion control: notes when each packet arrived and writes the feedback from which the
/// sender estimates its bandwidth (draft-holmer-rmcat-transport-wide-cc-extensions-01). A packet that comes after it was
/// reported lost makes the next feedback begin with it again.
/// </summary>
public sealed class TransportFeedbackRecorder
{
    /// <summary>No message is longer, so that with SRTCP and UDP headers it passes every path.</summary>
    public const int MaxMessageLength = 1180;

    /// <summary>Packets remembered; a jump over more starts anew.</summary>
    internal const int Window = 4096;

    private const int FixedLength = 4 + 8 + TransportFeedback.HeaderLength;
    private const int MinMessageLength = FixedLength + 2 + StatusChunk.OneBitSymbols + 2;

    private readonly SequenceUnwrapper _unwrapper = new();
    private readonly TimeSpan _interval;
    // Arrival times in steps of 250 µs modulo 2^32: exactly what a reference time and deltas can express, so nothing is rounded
    // twice. Allocated by the first arrival, since connections that only send never need them.
    private uint[]? _arrivals;
    private ulong[] _received = [];
    private long _next;
    private long _highest;
    private byte _feedbackCount;
    private Instant _lastFeedback;

    /// <param name="interval">Time from one feedback to the next; 50 ms if not given.</param>
    public TransportFeedbackRecorder(TimeSpan? interval = null) => _interval = interval ?? TimeSpan.FromMilliseconds(50);

    /// <summary>There are arrivals that no feedback has told of.</summary>
    public bool HasPending => _arrivals is not null && _next <= _highest;

    /// <summary>When the next feedback is due.</summary>
    public Instant NextDeadline => HasPending ? _lastFeedback + _interval : Instant.Never;

    public void OnArrival(ushort transportSequenceNumber, Instant now)
    {
        var number = _unwrapper.Unwrap(transportSequenceNumber).Value;
        if (_arrivals is null)
        {
            _arrivals = new uint[Window];
            _received = new ulong[Window / 64];
            _next = number;
            _highest = number - 1;
            _lastFeedback = now;
        }

        if (number > _highest) Advance(number);
        else if (number <= _highest - Window) return;

        ref var word = ref _received[number % Window / 64];
        var bit = 1UL << (int)(number % 64);
        if ((word & bit) != 0) return;

        word |= bit;
        _arrivals[number % Window] = (uint)(now.Ticks / TransportFeedback.TicksPerDelta);
        _next = Math.Min(_next, number);
    }

    /// <summary>
    /// Writes one feedback message about the oldest arrivals not yet told of. Call again while <see cref="HasPending"/>: a long
    /// list, or a pause longer than a delta can express, takes several.
    /// </summary>
    /// <returns>Bytes written; 0 if nothing is pending or <paramref name="destination"/> is too short.</returns>
    public int WriteFeedback(Span<byte> destination, Ssrc sender, Ssrc media, Instant now)
    {
        if (!HasPending || destination.Length < MinMessageLength) return 0;

        var budget = Math.Min(destination.Length, MaxMessageLength) & ~3;
        Span<byte> symbols = stackalloc byte[(int)(_highest - _next + 1)];
        symbols = symbols[..Classify(symbols, out var referenceTime)];

        // Chunks come before deltas: first see how many packets fit, then write.
        var told = 0;
        var chunksLength = 0;
        var deltasLength = 0;
        while (told < symbols.Length)
        {
            var room = budget - FixedLength - chunksLength - deltasLength - 2;
            if (room < StatusChunk.OneBitSymbols) break;
            StatusChunk.Take(Fitting(symbols[told..], room), out var taken);
            chunksLength += 2;
            foreach (var symbol in symbols.Slice(told, taken)) deltasLength += symbol;
            told += taken;
        }

        var length = FixedLength + chunksLength + deltasLength;
        var padding = -length & 3;
        var message = destination[..(length + padding)];
        WriteHeader(message, padding, sender, media, told, referenceTime);
        WriteChunks(message.Slice(FixedLength, chunksLength), symbols[..told], budget - FixedLength);
        WriteDeltas(message.Slice(FixedLength + chunksLength, deltasLength), symbols[..told], referenceTime);

        _next += told;
        _feedbackCount++;
        // What did not fit is due at once, in another datagram.
        if (!HasPending) _lastFeedback = now;
        return message.Length;
    }

    private void Advance(long number)
    {
        if (number - _highest >= Window)
        {
            Array.Clear(_received);
            _next = number;
        }
        else
        {
            for (var lost = _highest + 1; lost <= number; lost++) _received[lost % Window / 64] &= ~(1UL << (int)(lost % 64));
        }

        _highest = number;
        _next = Math.Max(_next, _highest - Window + 1);
    }

    private bool IsReceived(long number) => (_received[number % Window / 64] >> (int)(number % 64) & 1) != 0;

    /// <summary>
    /// A symbol for each packet from the first not yet told of, up to the first whose delta does not fit into 16 bits.
    /// </summary>
    private int Classify(Span<byte> symbols, out uint referenceTime)
    {
        Debug.Assert(_arrivals is not null);
        referenceTime = 0;
        var begun = false;
        uint previous = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            if (!IsReceived(_next + i))
            {
                symbols[i] = StatusChunk.NotReceived;
                continue;
            }

            var arrival = _arrivals[(_next + i) % Window];
            if (!begun)
            {
                begun = true;
                referenceTime = arrival >> 8;
                previous = referenceTime << 8;
            }

            var delta = (int)(arrival - previous);
            if (delta is < short.MinValue or > short.MaxValue) return i;
            symbols[i] = delta is >= 0 and <= byte.MaxValue ? StatusChunk.SmallDelta : StatusChunk.LargeDelta;
            previous = arrival;
        }

        return symbols.Length;
    }

    /// <summary>The symbols from the front whose deltas fit: only a run can be longer than the room is.</summary>
    private static ReadOnlySpan<byte> Fitting(ReadOnlySpan<byte> symbols, int room)
    {
        var used = 0;
        var count = 0;
        while (count < symbols.Length && used + symbols[count] <= room) used += symbols[count++];
        return symbols[..count];
    }

    private void WriteHeader(Span<byte> message, int padding, Ssrc sender, Ssrc media, int count, uint referenceTime)
    {
        message[0] = (byte)(0x80 | (padding > 0 ? 0x20 : 0) | RtcpPacket.TransportWideFormat);
        message[1] = (byte)RtcpPacketType.TransportFeedback;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(message.Length / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], sender.Value);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], media.Value);
        BinaryPrimitives.WriteUInt16BigEndian(message[12..], (ushort)_next);
        BinaryPrimitives.WriteUInt16BigEndian(message[14..], (ushort)count);
        BinaryPrimitives.WriteUInt32BigEndian(message[16..], referenceTime << 8 | _feedbackCount);
        if (padding == 0) return;
        message[^padding..].Clear();
        message[^1] = (byte)padding;
    }

    private static void WriteChunks(Span<byte> chunks, ReadOnlySpan<byte> symbols, int room)
    {
        for (; !chunks.IsEmpty; chunks = chunks[2..])
        {
            room -= 2;
            BinaryPrimitives.WriteUInt16BigEndian(chunks, StatusChunk.Take(Fitting(symbols, room), out var taken).Value);
            foreach (var symbol in symbols[..taken]) room -= symbol;
            symbols = symbols[taken..];
        }
    }

    private void WriteDeltas(Span<byte> deltas, ReadOnlySpan<byte> symbols, uint referenceTime)
    {
        Debug.Assert(_arrivals is not null);
        var previous = referenceTime << 8;
        for (var i = 0; i < symbols.Length; i++)
        {
            if (symbols[i] == StatusChunk.NotReceived) continue;
            var arrival = _arrivals[(_next + i) % Window];
            if (symbols[i] == StatusChunk.SmallDelta) deltas[0] = (byte)(arrival - previous);
            else BinaryPrimitives.WriteInt16BigEndian(deltas, (short)(arrival - previous));
            deltas = deltas[symbols[i]..];
            previous = arrival;
        }
    }
}
