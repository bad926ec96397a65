using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;

namespace Tertulia.Simulation;

/// <summary>
/// What a browser's jitter buffer and decoder would make of a stream in spatial layers (<see cref="SimulatedCamera"/>'s VP9): a picture is
/// decoded as a whole, once all of it that was sent is there and all that this refers to was decoded. For what is missing it waits a
/// moment, then goes on with the next picture that does not need it.
/// </summary>
internal sealed class SimulatedLayerDecoder(Action<Instant, SimulatedLayerDecoder.Piece> decoded)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(120);

    // Chromium's: without a picture for so long it asks for a key frame, and again soon while it has none.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RequestPause = TimeSpan.FromMilliseconds(200);

    private readonly SortedDictionary<uint, Picture> _pictures = [];

    // The last pictures that were decoded, with the spatial layers that were.
    private readonly Dictionary<uint, byte> _decoded = [];
    private uint _last;
    private Instant _progressAt = Instant.Never;
    private Instant _requestedAt = Instant.Never;

    public long Undecodable { get; private set; }

    /// <summary>Takes a packet; true when a key frame should be asked for.</summary>
    public bool OnPacket(Instant now, in ReceivedRtp packet)
    {
        if (!Vp9PayloadDescriptor.TryParse(packet.Payload, out var descriptor) || !LayerFrameMark.TryRead(packet.Payload[descriptor.HeaderLength..], out var mark)) return false;
        if (_progressAt == Instant.Never) _progressAt = now;
        if (mark.Picture > _last)
        {
            if (!_pictures.TryGetValue(mark.Picture, out var picture)) _pictures[mark.Picture] = picture = new Picture { IsKey = mark.IsKey, Refers = mark.Refers };
            picture.Add(packet.SequenceNumber.Value, new Piece(descriptor.SpatialLayer ?? 0, mark, packet.Marker, packet.Timestamp));
        }

        while (TryDecodeNext(now))
        {
        }

        if (now - _progressAt < LongestWait || (_requestedAt != Instant.Never && now - _requestedAt < RequestPause)) return false;
        _requestedAt = now;
        return true;
    }

    private bool TryDecodeNext(Instant now)
    {
        var isFirst = true;
        foreach (var (number, picture) in _pictures)
        {
            if (!picture.IsWhole() || !HasReferences(picture))
            {
                isFirst = false;
                continue;
            }

            if (picture.ReadyAt == Instant.Never) picture.ReadyAt = now;
            if (!isFirst && !picture.IsKey && now - picture.ReadyAt < Patience) return false;
            Decode(now, number, picture);
            return true;
        }

        return false;
    }

    private void Decode(Instant now, uint number, Picture picture)
    {
        _decoded[number] = picture.Layers;
        _decoded.Remove(number - 64);
        (_last, _progressAt) = (number, now);
        foreach (var old in _pictures.Keys.TakeWhile(key => key <= number).ToList())
        {
            if (old != number) Undecodable++;
            _pictures.Remove(old);
        }

        decoded(now, picture.Pieces.Values[^1]);
    }

    // A layer of a key picture needs those below it; other pictures need the same layer of the picture that they refer to.
    private bool HasReferences(Picture picture)
    {
        if (picture.IsKey) return picture.Layers is 1 or 3 or 7;
        return _decoded.TryGetValue(picture.Refers, out var reference) && (picture.Layers & ~reference) == 0;
    }

    private sealed class Picture
    {
        public SortedList<long, Piece> Pieces { get; } = [];

        public bool IsKey { get; init; }

        /// <summary>Number of the picture before that this one needs.</summary>
        public uint Refers { get; init; }

        /// <summary>A bit for each spatial layer of which something is there.</summary>
        public byte Layers { get; private set; }

        public Instant ReadyAt { get; set; } = Instant.Never;

        public void Add(long sequenceNumber, in Piece piece)
        {
            Pieces[sequenceNumber] = piece;
            Layers |= (byte)(1 << piece.Spatial);
        }

        /// <summary>Each frame from its first packet to its last, and the picture up to its marker.</summary>
        public bool IsWhole()
        {
            if (!Pieces.Values[^1].Marker) return false;
            var next = 0;
            foreach (var piece in Pieces.Values)
            {
                if (piece.Mark.Index != next) return false;
                next = piece.Mark.Index + 1 == piece.Mark.Count ? 0 : next + 1;
            }

            return next == 0;
        }
    }

    /// <summary>One packet of a layer's frame.</summary>
    internal readonly record struct Piece(byte Spatial, LayerFrameMark Mark, bool Marker, uint Timestamp);
}
