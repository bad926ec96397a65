using System.Buffers.Binary;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Tests;

/// <summary>Packets of every codec to frames: in order, with loss, and from garbage.</summary>
public sealed class FrameAssemblerTests
{
    private readonly List<(uint Timestamp, byte[] Data, bool IsKey, bool FollowsLoss)> _frames = [];

    [Fact]
    public void Packets_out_of_order_make_the_same_frames()
    {
        var assembler = Open(CodecKind.Vp8);
        foreach (var number in (int[])[0, 2, 1, 5, 3, 4]) Vp8(assembler, number, number / 2, isFirst: number % 2 == 0, isLast: number % 2 == 1, isKey: number < 2);
        Assert.Equal([0u, 1u, 2u], _frames.Select(frame => frame.Timestamp));
        Assert.All(_frames, frame => Assert.Equal(20, frame.Data.Length));
        Assert.Equal([true, false, false], _frames.Select(frame => frame.IsKey));
    }

    [Fact]
    public void After_a_loss_nothing_is_shown_before_the_next_key_frame()
    {
        var assembler = Open(CodecKind.Vp8);
        for (var number = 0; number < 40; number++)
        {
            if (number is 11) continue;
            Vp8(assembler, number, number, isFirst: true, isLast: true, isKey: number is 0 or 30, at: number * 50);
        }

        Assert.Equal([.. Enumerable.Range(0, 11), .. Enumerable.Range(30, 10)], _frames.Select(frame => (int)frame.Timestamp));
        Assert.Equal(30u, _frames.Single(frame => frame.FollowsLoss).Timestamp);
        Assert.Equal(1, assembler.PacketsLost);
    }

    [Fact]
    public void A_lost_frame_of_an_upper_layer_costs_only_frames_up_to_the_next_base_frame()
    {
        var assembler = Open(CodecKind.Vp8);
        for (var number = 0; number < 20; number++)
        {
            if (number is 5) continue;
            // Every second frame is of the upper temporal layer.
            var (tl0, temporal) = ((byte)(number / 2), (byte)(number % 2));
            byte[] payload = [0x90, 0x60, tl0, (byte)(temporal << 6), (byte)(number == 0 ? 0 : 1), .. new byte[9]];
            Add(assembler, CodecKind.Vp8, number, (uint)number, marker: true, isKey: number == 0, payload, at: number * 200, temporal);
        }

        assembler.Flush();
        Assert.Equal([.. Enumerable.Range(0, 5), .. Enumerable.Range(6, 14)], _frames.Select(frame => (int)frame.Timestamp));
    }

    [Fact]
    public void H264_becomes_a_byte_stream()
    {
        var assembler = Open(CodecKind.H264);
        // RFC 6184: an aggregate of two units, then a fragmented one in three packets.
        Add(assembler, CodecKind.H264, 0, 7, false, true, [24, 0, 2, 0x67, 1, 0, 2, 0x68, 2]);
        Add(assembler, CodecKind.H264, 1, 7, false, false, [0x7c, 0x85, 10, 11]);
        Add(assembler, CodecKind.H264, 2, 7, false, false, [0x7c, 0x05, 12]);
        Add(assembler, CodecKind.H264, 3, 7, true, false, [0x7c, 0x45, 13]);
        Assert.Equal([0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x65, 10, 11, 12, 13], Assert.Single(_frames).Data);
    }

    [Fact]
    public void Layers_of_VP9_get_an_index()
    {
        var assembler = Open(CodecKind.Vp9);
        // RFC 9628 section 4.2: L, B and E, spatial layer 0 then 1, not predicted.
        Add(assembler, CodecKind.Vp9, 0, 7, false, true, [0x2c, 0x00, 0x00, 1, 2, 3]);
        Add(assembler, CodecKind.Vp9, 1, 7, true, false, [0x2c, 0x03, 0x00, 4, 5]);
        var data = Assert.Single(_frames).Data;
        Assert.Equal([1, 2, 3, 4, 5, 0xd9], data[..6]);
        Assert.Equal((3, 2, 0xd9), (BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(6)), BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(10)), data[14]));
    }

    [Fact]
    public void AV1_units_get_their_sizes_across_packets()
    {
        var assembler = Open(CodecKind.Av1);
        // Aggregation header: W = 2, Y: a sequence header whole, a frame that goes on; then Z, W = 1.
        Add(assembler, CodecKind.Av1, 0, 7, false, true, [0x68, 2, 0x08, 9, 0x30, 1, 2]);
        Add(assembler, CodecKind.Av1, 1, 7, true, false, [0x90, 3, 4]);
        Assert.Equal([0x12, 0, 0x0a, 1, 9, 0x32, 4, 1, 2, 3, 4], Assert.Single(_frames).Data);
    }

    [Fact]
    public void Garbage_makes_no_exception()
    {
        var random = new Random(3);
        foreach (var codec in (CodecKind[])[CodecKind.Vp8, CodecKind.Vp9, CodecKind.H264, CodecKind.Av1, CodecKind.Red, CodecKind.Opus])
        {
            var assembler = codec is CodecKind.Red or CodecKind.Opus ? new FrameAssembler(new(1, "a", TapSource.Microphone, codec, 48_000, 0), TimeSpan.FromSeconds(1), Note) : Open(codec);
            for (var i = 0; i < 30_000; i++)
            {
                var payload = new byte[random.Next(0, 60)];
                random.NextBytes(payload);
                Add(assembler, codec, i + random.Next(-3, 3), (uint)(i / 4), random.Next(3) == 0, random.Next(5) == 0, payload, i);
            }

            assembler.Flush();
        }
    }

    private static FrameAssembler OpenWith(CodecKind codec, FrameHandler handler) =>
        new(new TapStream(1, "ada", TapSource.Camera, codec, 90_000, 0), TimeSpan.FromSeconds(1), handler);

    private FrameAssembler Open(CodecKind codec) => OpenWith(codec, Note);

    private void Note(in MediaFrame frame) => _frames.Add((frame.Timestamp, frame.Data.ToArray(), frame.IsKeyFrame, frame.FollowsLoss));

    private static void Vp8(FrameAssembler assembler, int number, int frame, bool isFirst, bool isLast, bool isKey, int at = 0)
    {
        byte[] payload = [(byte)(isFirst ? 0x10 : 0), (byte)(isKey ? 0 : 1), .. new byte[9]];
        Add(assembler, CodecKind.Vp8, number, (uint)frame, isLast, isFirst && isKey, payload, at);
    }

    private static void Add(
        FrameAssembler assembler, CodecKind codec, int number, uint timestamp, bool marker, bool isKey, ReadOnlySpan<byte> payload, int at = 0, byte temporal = 0) =>
        assembler.Add(new TappedPacket
        {
            Stream = assembler.Stream,
            At = Instant.FromMilliseconds(at),
            Codec = codec,
            SequenceNumber = new(number + 10),
            Timestamp = timestamp,
            Marker = marker,
            StartsKeyFrame = isKey,
            TemporalId = temporal,
            Payload = payload,
        });
}
