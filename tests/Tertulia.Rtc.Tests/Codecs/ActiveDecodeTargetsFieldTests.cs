using Tertulia.Rtc.Codecs;
using static Tertulia.Rtc.Tests.Codecs.Structures;

namespace Tertulia.Rtc.Tests.Codecs;

public sealed class ActiveDecodeTargetsFieldTests
{
    private static readonly Custom s_custom = new(null, "SRD-SRD-S", [300, 2], [1, 2, 3]);

    private readonly DependencyDescriptorReader _reader = new();
    private readonly byte[] _destination = new byte[DependencyDescriptor.MaxLength];

    public ActiveDecodeTargetsFieldTests() => Assert.True(_reader.TryRead(L3T3.Packet(0, 1, attach: true), out _));

    public static TheoryData<bool, bool> Forms => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_set_is_written_where_it_was_or_put_in(bool attach, bool custom)
    {
        var fields = custom ? s_custom : null;
        var expected = L3T3.Packet(6, 9, attach: attach, custom: (fields ?? new()) with { Active = 0x155 });

        var without = L3T3.Packet(6, 2, attach: attach, custom: fields);
        Assert.Equal(expected, Rewritten(without, 9, 0x155));
        var with = L3T3.Packet(6, 2, attach: attach, custom: (fields ?? new()) with { Active = 0x0aa });
        Assert.Equal(expected, Rewritten(with, 9, 0x155));
    }

    [Fact]
    public void Padding_behind_a_descriptor_does_no_harm()
    {
        var descriptor = L3T3.Packet(6, 2, custom: s_custom);
        Assert.Equal(L3T3.Packet(6, 2, custom: s_custom with { Active = 1 }), Rewritten([.. descriptor, 0, 0], 2, 1));
    }

    [Fact]
    public void What_does_not_fit_is_not_written()
    {
        var descriptor = L3T3.Packet(6, 2);
        Assert.True(_reader.TryRead(descriptor, out var frame));
        Assert.Equal(0, frame.ActiveDecodeTargetsField.Write(descriptor, 1, 1, new byte[4]));
        Assert.Equal(5, frame.ActiveDecodeTargetsField.Write(descriptor, 1, 1, new byte[5]));
        Assert.Equal(0, default(ActiveDecodeTargetsField).Write(descriptor, 1, 1, _destination));
        Assert.Equal(0, frame.ActiveDecodeTargetsField.Write(descriptor.AsSpan(0, 2), 1, 1, _destination));
    }

    [Fact]
    public void Frame_numbers_are_rewritten_in_place_and_nothing_else()
    {
        foreach (var attach in (bool[])[false, true])
        {
            var descriptor = L3T3.Packet(6, 0xffff, attach: attach);
            DependencyDescriptor.RewriteFrameNumber(descriptor, 0x1234);
            Assert.Equal(L3T3.Packet(6, 0x1234, attach: attach), descriptor);
        }

        var cut = new byte[2];
        DependencyDescriptor.RewriteFrameNumber(cut, 0x1234);
        Assert.Equal(new byte[2], cut);
    }

    private byte[] Rewritten(byte[] descriptor, ushort frameNumber, uint active)
    {
        Assert.True(_reader.TryRead(descriptor, out var frame));
        var length = frame.ActiveDecodeTargetsField.Write(descriptor, frameNumber, active, _destination);
        return _destination[..length];
    }
}
