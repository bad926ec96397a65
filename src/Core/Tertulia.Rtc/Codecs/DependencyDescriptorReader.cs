using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Codecs;

/// <summary>
/// Reads the dependency descriptors of one received stream, in order of arrival. It keeps the structure of the last key frame, and the
/// one before, for packets of earlier frames that come late. Not thread-safe; no allocation after construction.
/// </summary>
public sealed class DependencyDescriptorReader
{
    // Retransmissions are at most a few seconds late: beyond, a sender has begun anew rather than a packet gone astray.
    private const int LateFrames = 1024;

    // AV1 frames refer to 7 others at most, H.264's to 16.
    private const int MaxFrameDifferences = 32;

    private readonly SequenceUnwrapper _frameNumbers = new();
    private readonly ushort[] _frameDifferences = new ushort[MaxFrameDifferences];
    private readonly byte[] _chainDifferences = new byte[DependencyStructure.MaxDecodeTargets];
    private DependencyStructure _current = new(), _previous = new(), _spare = new();
    private long _structures;
    private ExtendedSequenceNumber _currentSince, _activeSince;

    /// <summary>The structure of the latest key frame; null before the first.</summary>
    public DependencyStructure? Structure => _structures > 0 ? _current : null;

    /// <summary>A bit for each decode target that the sender produces now.</summary>
    public uint ActiveDecodeTargets { get; private set; }

    /// <summary>
    /// False if the descriptor is malformed, or refers to a structure that has not come (yet). Then nothing has changed.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, out DependencyDescriptor descriptor)
    {
        descriptor = default;
        if (bytes.Length > DependencyDescriptor.MaxLength || !DependencyDescriptorHeader.TryParse(bytes, out var header)) return false;

        var bits = new BitReader(bytes);
        bits.Read(DependencyDescriptorHeader.Length * 8);
        // Without extended fields none of these flags is set (section A.8.2).
        var flags = bytes.Length > DependencyDescriptorHeader.Length ? bits.Read(5) : 0;
        bool hasStructure = (flags & 0x10) != 0, hasActive = (flags & 0x08) != 0;
        var number = _frameNumbers.Peek(header.FrameNumber);
        if (hasStructure && !_spare.TryRead(ref bits)) return false;
        if (!hasStructure && _structures == 0) return false;

        var structure = hasStructure ? _spare : IsBeforeCurrent(number) && _structures > 1 ? _previous : _current;
        var template = structure.TemplateIndex(header.TemplateId);
        if (template < 0) return false;

        var maskOffset = bits.Position;
        uint? active = hasActive ? bits.Read(structure.DecodeTargetCount) : null;
        var indications = (flags & 0x04) != 0 ? structure.ReadIndications(ref bits) : structure.Indications(template);
        var frameDifferences = structure.FrameDifferences(template);
        if ((flags & 0x02) != 0 && !TryReadFrameDifferences(ref bits, out frameDifferences)) return false;
        var chainDifferences = (flags & 0x01) != 0 ? ReadChainDifferences(ref bits, structure.ChainCount) : structure.ChainDifferences(template);
        if (bits.HasFailed) return false;

        number = Note(number, hasStructure, active);
        descriptor = new()
        {
            Header = header,
            FrameNumber = number,
            Structure = structure,
            HasStructure = hasStructure,
            SpatialId = structure.SpatialId(template),
            TemporalId = structure.TemporalId(template),
            Indications = indications,
            FrameDifferences = frameDifferences,
            ChainDifferences = chainDifferences,
            ActiveDecodeTargets = active,
            ActiveDecodeTargetsField = new(
                (ushort)maskOffset, (byte)structure.DecodeTargetCount, hasActive, (ushort)bits.Position),
        };
        return true;
    }

    /// <summary>A frame that came late, from before the latest structure.</summary>
    private bool IsBeforeCurrent(ExtendedSequenceNumber number) =>
        _structures > 0 && number < _currentSince && _currentSince - number <= LateFrames;

    /// <summary>Takes over what holds for later packets too. Returns the frame number, which begins anew where the sender did.</summary>
    private ExtendedSequenceNumber Note(ExtendedSequenceNumber number, bool hasStructure, uint? active)
    {
        var isLate = IsBeforeCurrent(number);
        if (hasStructure && !isLate)
        {
            // Number spaces may begin anew with a key frame: older numbers than the latest are no obstacle then.
            if (_structures > 0 && _frameNumbers.Highest - number > LateFrames) _frameNumbers.Reset();
            number = _frameNumbers.Unwrap(number.Wire);
            if (_structures > 0 && number == _currentSince)
            {
                // Repeated in another packet of its frame.
                (_current, _spare) = (_spare, _current);
            }
            else
            {
                (_previous, _current, _spare) = (_current, _spare, _previous);
                _currentSince = number;
                _structures++;
            }
        }
        else
        {
            number = _frameNumbers.Unwrap(number.Wire);
        }

        if (!isLate && (hasStructure || active is not null && number >= _activeSince))
        {
            ActiveDecodeTargets = active ?? _current.AllDecodeTargets;
            _activeSince = number;
        }

        return number;
    }

    private bool TryReadFrameDifferences(scoped ref BitReader bits, out ReadOnlySpan<ushort> differences)
    {
        differences = default;
        var count = 0;
        for (var nibbles = bits.Read(2); nibbles != 0; nibbles = bits.Read(2))
        {
            if (count == MaxFrameDifferences) return false;
            _frameDifferences[count++] = (ushort)(bits.Read(4 * (int)nibbles) + 1);
        }

        differences = _frameDifferences.AsSpan(0, count);
        return true;
    }

    private ReadOnlySpan<byte> ReadChainDifferences(scoped ref BitReader bits, int count)
    {
        for (var chain = 0; chain < count; chain++) _chainDifferences[chain] = (byte)bits.Read(8);
        return _chainDifferences.AsSpan(0, count);
    }
}
