using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Codecs;

/// <summary>Layers and switching points of a stream whose packets have dependency descriptors.</summary>
internal sealed class DescribedFrames
{
    private const int Recent = 64;

    private readonly TemporalSwitchTracker _temporalSwitches = new();
    private readonly long[] _recentNumbers = new long[Recent];
    private readonly byte[] _recentSpatialIds = new byte[Recent];
    private ExtendedSequenceNumber _last = new(-1);
    private int _openSpatialLayers;

    public DependencyDescriptorReader Reader { get; } = new();

    public bool TryRead(ReadOnlySpan<byte> bytes, out FrameLayer layer, out ActiveDecodeTargetsField field)
    {
        layer = default;
        field = default;
        if (!Reader.TryRead(bytes, out var descriptor)) return false;

        field = descriptor.ActiveDecodeTargetsField;
        var role = FrameRole.Of(descriptor, descriptor.Structure == Reader.Structure ? Reader.ActiveDecodeTargets : uint.MaxValue);
        var starts = descriptor.Header.IsStartOfFrame;
        // Section A.8.3: the structure comes with the first packet of a coded video sequence and nowhere else.
        var isKey = starts && descriptor.HasStructure && descriptor.FrameDifferences.IsEmpty;
        var isNew = descriptor.FrameNumber > _last || descriptor.HasStructure && descriptor.Structure == Reader.Structure;
        bool canSwitchUp = false, canSwitchSpatial = false;
        if (isNew)
        {
            _last = descriptor.FrameNumber;
            canSwitchUp = _temporalSwitches.OnFrame(descriptor.SpatialId, descriptor.TemporalId, role.TemporalSwitches);
            canSwitchSpatial = OnSpatialFrame(descriptor, role.SpatialSwitches);
        }

        Remember(descriptor);
        layer = new(
            descriptor.SpatialId,
            descriptor.TemporalId,
            starts,
            descriptor.Header.IsEndOfFrame,
            isKey,
            isKey || starts && canSwitchUp,
            isKey || starts && canSwitchSpatial,
            role.IsDiscardable)
        {
            IsNeededByHigherSpatialLayers = role.IsInHigherSpatialLayers,
        };
        return true;
    }

    /// <summary>
    /// A spatial layer can be joined at a frame that refers to lower layers only, if it has a switch indication or, another way to
    /// say it (section A.10.1.2), the frame before it in a lower layer had.
    /// </summary>
    private bool OnSpatialFrame(in DependencyDescriptor descriptor, int switches)
    {
        var own = 1 << descriptor.SpatialId;
        var canSwitch = ((switches | _openSpatialLayers) & own) != 0 && RefersToLowerLayersOnly(descriptor);
        // What this frame says of higher layers replaces what was said before; its own layer is passed.
        _openSpatialLayers = switches & ~((own << 1) - 1);
        return canSwitch;
    }

    private bool RefersToLowerLayersOnly(in DependencyDescriptor descriptor)
    {
        foreach (var difference in descriptor.FrameDifferences)
        {
            var number = descriptor.FrameNumber.Value - difference;
            if (number < 0 || _recentNumbers[number % Recent] != number) return false;
            if (_recentSpatialIds[number % Recent] >= descriptor.SpatialId) return false;
        }

        return true;
    }

    private void Remember(in DependencyDescriptor descriptor)
    {
        var number = descriptor.FrameNumber.Value;
        if (number < 0) return;
        _recentNumbers[number % Recent] = number;
        _recentSpatialIds[number % Recent] = descriptor.SpatialId;
    }

    /// <summary>What the indications of a frame mean for layers, as far as their decode targets are produced at all.</summary>
    /// <param name="TemporalSwitches">A bit for each temporal layer of the frame's spatial layer that can be joined here.</param>
    /// <param name="SpatialSwitches">A bit for each spatial layer of which a decode target can be joined here.</param>
    private readonly record struct FrameRole(int TemporalSwitches, int SpatialSwitches, bool IsDiscardable, bool IsInHigherSpatialLayers)
    {
        public static FrameRole Of(in DependencyDescriptor descriptor, uint activeDecodeTargets)
        {
            var structure = descriptor.Structure;
            int temporal = 0, spatial = 0;
            bool isDiscardable = true, isInHigher = false, isPresent = false;
            for (var target = 0; target < structure.DecodeTargetCount; target++)
            {
                var indication = descriptor.Indication(target);
                if (indication == DecodeTargetIndication.NotPresent || (activeDecodeTargets >> target & 1) == 0) continue;
                var targetSpatialId = structure.DecodeTargetSpatialId(target);
                isPresent = true;
                isDiscardable &= indication == DecodeTargetIndication.Discardable;
                isInHigher |= targetSpatialId > descriptor.SpatialId;
                if (indication != DecodeTargetIndication.Switch) continue;
                spatial |= 1 << targetSpatialId;
                // Who can decode a target can decode its lower temporal layers, which need no target of their own.
                if (targetSpatialId == descriptor.SpatialId) temporal |= (2 << structure.DecodeTargetTemporalId(target)) - 1;
            }

            return new(temporal, spatial, isPresent && isDiscardable, isInHigher);
        }
    }
}
