using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Tests.Rtp;
using static Tertulia.Rtc.Tests.Codecs.Structures;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class DependencyDescriptorTests
{
    private readonly DependencyDescriptorReader _reader = new();

    public static TheoryData<string> Models => [nameof(L1T1), nameof(L1T3), nameof(L3T3), nameof(L2T2Key)];

    private static StructureModel Model(string name) => name switch
    {
        nameof(L1T1) => L1T1,
        nameof(L1T3) => L1T3,
        nameof(L3T3) => L3T3,
        _ => L2T2Key,
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_structure_is_read_whole(string name)
    {
        var model = Model(name);
        Assert.True(_reader.TryRead(model.Packet(0, 7, attach: true), out var first));
        Assert.True(first.HasStructure);
        var structure = _reader.Structure!;
        Assert.Equal(model.Offset, structure.TemplateIdOffset);
        Assert.Equal(model.Templates.Length, structure.TemplateCount);
        Assert.Equal(model.DecodeTargets, structure.DecodeTargetCount);
        Assert.Equal(model.Templates[0].Chains.Length, structure.ChainCount);
        Assert.Equal(model.Sizes is not null, structure.HasResolutions);
        for (var layer = 0; layer < model.Sizes?.Length; layer++)
        {
            Assert.Equal(new(model.Sizes[layer].Width, model.Sizes[layer].Height), structure.Resolution(layer));
        }

        for (var target = 0; target < model.DecodeTargets; target++) Assert.Equal(model.ProtectedBy[target], structure.ProtectingChain(target));
        Assert.Equal(structure.AllDecodeTargets, _reader.ActiveDecodeTargets);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Frames_have_what_their_template_says(string name)
    {
        var model = Model(name);
        Assert.True(_reader.TryRead(model.Packet(0, 65530, attach: true), out _));
        for (var i = 0; i < model.Templates.Length; i++)
        {
            var (template, last) = (model.Templates[i], i % 2 == 0);
            Assert.True(_reader.TryRead(model.Packet(i, 65531 + i, first: !last, last: last), out var frame));
            Assert.Equal(new((byte)template.S, (byte)template.T, !last, last), (frame.SpatialId, frame.TemporalId, frame.Header.IsStartOfFrame, frame.Header.IsEndOfFrame));
            Assert.Equal(template.FrameDifferences, Array.ConvertAll(frame.FrameDifferences.ToArray(), d => (int)d));
            Assert.Equal(template.Chains, Array.ConvertAll(frame.ChainDifferences.ToArray(), d => (int)d));
            Assert.Equal(template.Indications, Symbols(frame));
            // The frame number wraps and goes on.
            Assert.Equal(0x10000 + 65531 + i, frame.FrameNumber.Value);
            Assert.Equal((ushort)(65531 + i), frame.Header.FrameNumber);
            Assert.False(frame.HasStructure);
            Assert.Null(frame.ActiveDecodeTargets);
        }
    }

    [Fact]
    public void Decode_targets_have_the_highest_layers_of_their_templates()
    {
        Assert.True(_reader.TryRead(L3T3.Packet(0, 0, attach: true), out _));
        var structure = _reader.Structure!;
        for (var target = 0; target < 9; target++)
        {
            Assert.Equal((2 - target / 3, 2 - target % 3), (structure.DecodeTargetSpatialId(target), structure.DecodeTargetTemporalId(target)));
        }

        Assert.Equal((3, 3), (structure.SpatialLayerCount, structure.TemporalLayerCount));
        Assert.Equal(0b1_1011_0000u, structure.DecodeTargetsUpTo(1, 1));
        Assert.Equal(0b1_0000_0000u, structure.DecodeTargetsUpTo(0, 0));
        Assert.Equal(structure.AllDecodeTargets, structure.DecodeTargetsUpTo(3, 7));
    }

    [Fact]
    public void Custom_fields_replace_those_of_the_template_for_one_frame()
    {
        Assert.True(_reader.TryRead(L3T3.Packet(0, 100, attach: true), out _));
        var custom = new Custom(0b101010101, "SRD-SRD-S", [1, 16, 17, 256, 257, 4096], [0, 255, 3]);
        Assert.True(_reader.TryRead(L3T3.Packet(6, 101, custom: custom), out var frame));
        Assert.Equal(custom.Active, frame.ActiveDecodeTargets);
        Assert.Equal(custom.Indications, Symbols(frame));
        Assert.Equal(custom.FrameDifferences, Array.ConvertAll(frame.FrameDifferences.ToArray(), d => (int)d));
        Assert.Equal(custom.Chains, Array.ConvertAll(frame.ChainDifferences.ToArray(), d => (int)d));

        Assert.True(_reader.TryRead(L3T3.Packet(6, 102), out frame));
        Assert.Equal(L3T3.Templates[6].Indications, Symbols(frame));
        Assert.Equal(2, frame.FrameDifferences.Length);
    }

    [Fact]
    public void Active_decode_targets_hold_until_the_next_say_in_frame_order()
    {
        Assert.True(_reader.TryRead(L3T3.Packet(0, 100, attach: true, custom: new(Active: 7)), out _));
        Assert.Equal(7u, _reader.ActiveDecodeTargets);
        Assert.True(_reader.TryRead(L3T3.Packet(1, 112, custom: new(Active: 0x1c0)), out _));
        Assert.True(_reader.TryRead(L3T3.Packet(3, 103, custom: new(Active: 1)), out _)); // late
        Assert.True(_reader.TryRead(L3T3.Packet(6, 113), out _));
        Assert.Equal(0x1c0u, _reader.ActiveDecodeTargets);
        Assert.True(_reader.TryRead(L3T3.Packet(0, 200, attach: true), out _));
        Assert.Equal(0x1ffu, _reader.ActiveDecodeTargets);
    }

    [Fact]
    public void Nothing_is_read_before_a_structure_came()
    {
        Assert.False(_reader.TryRead(L1T3.Packet(1, 1), out _));
        Assert.False(_reader.TryRead(L1T3.Packet(1, 1, custom: new(Active: 1)), out _));
        Assert.Null(_reader.Structure);
    }

    [Fact]
    public void Template_ids_outside_of_the_structure_are_refused()
    {
        Assert.True(_reader.TryRead(L1T1.Packet(0, 1, attach: true), out _));
        Assert.False(_reader.TryRead(L1T1.Packet(2, 2), out _));
        Assert.False(_reader.TryRead(L1T1.Packet(63, 2), out _));
        Assert.True(_reader.TryRead(L1T1.Packet(1, 2), out _));
    }

    [Fact]
    public void Late_packets_are_read_with_the_structure_before()
    {
        var next = L1T1 with { Offset = 1 }; // overlaps L3T3's ids
        Assert.True(_reader.TryRead(L3T3.Packet(0, 65500, attach: true), out _));
        Assert.True(_reader.TryRead(next.Packet(0, 65600, attach: true), out _));
        var current = _reader.Structure;

        Assert.True(_reader.TryRead(L3T3.Packet(2, 65506), out var late));
        Assert.Equal(1, late.TemporalId);
        Assert.True(_reader.TryRead(L3T3.Packet(0, 65500, attach: true), out late)); // the key frame again, itself late
        Assert.Equal(9, late.Structure.DecodeTargetCount);
        Assert.Same(current, _reader.Structure);
        Assert.Equal(1u, _reader.ActiveDecodeTargets);
        Assert.True(_reader.TryRead(next.Packet(1, 65601), out var onTime));
        Assert.Same(current, onTime.Structure);
    }

    [Fact]
    public void A_sender_that_begins_anew_is_followed()
    {
        Assert.True(_reader.TryRead(L3T3.Packet(0, 30000, attach: true), out _));
        Assert.True(_reader.TryRead(L1T3.Packet(0, 10000, attach: true), out _));
        Assert.Equal(3, _reader.Structure!.DecodeTargetCount);
        Assert.True(_reader.TryRead(L1T3.Packet(2, 10002), out var frame));
        Assert.Equal(1, frame.TemporalId);
    }

    [Fact]
    public void A_key_frame_in_several_packets_may_repeat_its_structure()
    {
        Assert.True(_reader.TryRead(L3T3.Packet(0, 1, attach: true), out _));
        for (var packet = 0; packet < 3; packet++) Assert.True(_reader.TryRead(L1T3.Packet(0, 50, attach: true), out _));
        Assert.True(_reader.TryRead(L3T3.Packet(12, 9), out var late));
        Assert.Equal(2, late.SpatialId);
    }

    [Fact]
    public void Cut_descriptors_are_refused_and_change_nothing()
    {
        Assert.True(_reader.TryRead(L1T3.Packet(0, 1, attach: true), out _));
        var whole = L3T3.Packet(6, 2, attach: true, custom: new(5, "SSSSSSSSS", [300, 2], [1, 2, 3]));
        for (var length = 0; length < whole.Length; length++)
        {
            if (length == 3) continue; // says nothing of a structure
            Assert.False(_reader.TryRead(whole.AsSpan(0, length), out _));
            Assert.Equal(3, _reader.Structure!.DecodeTargetCount);
        }

        Assert.True(_reader.TryRead(whole, out _));
    }

    [Fact]
    public void Structures_beyond_the_limits_are_refused()
    {
        Template Of(int s, int t) => new(s, t, "S", [], []);
        Assert.True(_reader.TryRead(new StructureModel(0, [.. Enumerable.Repeat(Of(0, 0), 64)], [0]).Packet(63, 1, attach: true), out _));
        Assert.False(_reader.TryRead(new StructureModel(0, [.. Enumerable.Repeat(Of(0, 0), 65)], [0]).Packet(0, 2, attach: true), out _));
        Assert.True(_reader.TryRead(new StructureModel(0, [.. Enumerable.Range(0, 8).Select(t => Of(0, t))], [0]).Packet(7, 3, attach: true), out _));
        Assert.False(_reader.TryRead(new StructureModel(0, [.. Enumerable.Range(0, 9).Select(t => Of(0, t))], [0]).Packet(0, 4, attach: true), out _));
        Assert.False(_reader.TryRead(new StructureModel(0, [.. Enumerable.Range(0, 5).Select(s => Of(s, 0))], [0]).Packet(0, 5, attach: true), out _));
        Assert.False(_reader.TryRead(L1T1.Packet(0, 6, attach: true, custom: new(FrameDifferences: [.. Enumerable.Repeat(1, 33)])), out _));
        var wide = new StructureModel(0, [new(0, 0, new('S', 32), [], [.. new int[32]])], [.. Enumerable.Range(0, 32)]);
        Assert.True(_reader.TryRead(wide.Packet(0, 7, attach: true, custom: new(Active: 0x80000001)), out var frame));
        Assert.Equal(0x80000001, frame.ActiveDecodeTargets);
        Assert.Equal(31, frame.Structure.ProtectingChain(31));
        Assert.Equal(uint.MaxValue, frame.Structure.AllDecodeTargets);
        Assert.False(_reader.TryRead(new byte[DependencyDescriptor.MaxLength + 1], out _));
    }

    /// <summary>Assembled by hand from the syntax, without the tests' own writer.</summary>
    [Fact]
    public void Bytes_by_hand()
    {
        // 1 1 000000, frame number 258 | 1 0 0 0 0, offset 000000, one decode target 00000 | layers 00 11, indications 10 10 |
        // frame differences 0, 1 0000 0, chains ns(2) 1, protected by ns(1) without a bit | chain 0000, 0001 | sizes 0
        var descriptor = Convert.FromHexString("C00102" + "8000" + "3A" + "41" + "01" + "00");
        Assert.True(_reader.TryRead(descriptor, out var frame));
        Assert.Equal((258, "S"), (frame.Header.FrameNumber, Symbols(frame)));
        Assert.Equal(2, frame.Structure.TemplateCount);
        Assert.Equal(1, frame.Structure.ChainCount);
        Assert.Equal([1], frame.Structure.FrameDifferences(1).ToArray());
        Assert.Equal([0], frame.Structure.ChainDifferences(0).ToArray());
        Assert.Equal([1], frame.Structure.ChainDifferences(1).ToArray());
    }

    [Fact]
    public void Damage_is_survived()
    {
        var destination = new byte[DependencyDescriptor.MaxLength];
        Fuzz.Run(
            bytes =>
            {
                if (!_reader.TryRead(bytes, out var frame)) return;
                var length = frame.ActiveDecodeTargetsField.Write(bytes, 1, 1, destination);
                if (length > 0 && frame.HasStructure && !_reader.TryRead(destination.AsSpan(0, length), out _))
                {
                    throw new InvalidOperationException("What was rewritten cannot be read.");
                }
            },
            100_000,
            L3T3.Packet(0, 1, attach: true),
            L3T3.Packet(6, 2, custom: new(5, "SSSSSSSSS", [300, 2], [1, 2, 3])),
            L1T3.Packet(0, 1, attach: true),
            L1T3.Packet(2, 2),
            L2T2Key.Packet(0, 65535, attach: true, custom: new(Active: 3)));
    }

    private static string Symbols(in DependencyDescriptor frame)
    {
        var symbols = "";
        for (var target = 0; target < frame.Structure.DecodeTargetCount; target++) symbols += "-DSR"[(int)frame.Indication(target)];
        return symbols;
    }
}
