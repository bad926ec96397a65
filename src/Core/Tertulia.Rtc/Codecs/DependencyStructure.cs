namespace Tertulia.Rtc.Codecs;

/// <summary>How a frame relates to a decode target (AV1 RTP specification, table A.1).</summary>
public enum DecodeTargetIndication
{
    /// <summary>-: the frame is not of the decode target.</summary>
    NotPresent,

    /// <summary>D: no later frame of the decode target refers to it.</summary>
    Discardable,

    /// <summary>S: whoever can decode it can decode all that follows in the decode target.</summary>
    Switch,

    /// <summary>R: part of it, and neither of the above.</summary>
    Required,
}

/// <summary>
/// The template dependency structure that the first packet of a coded video sequence brings along (AV1 RTP specification,
/// section A.8.2): templates of frames, and the decode targets and chains that those refer to. Memory is kept and filled anew.
/// </summary>
public sealed class DependencyStructure
{
    /// <summary>Template ids have 6 bits.</summary>
    public const int MaxTemplates = 64;

    /// <summary>dt_cnt_minus_one has 5 bits.</summary>
    public const int MaxDecodeTargets = 32;

    /// <summary>AV1's spatial_id has 2 bits.</summary>
    public const int MaxSpatialLayers = 4;

    /// <summary>AV1's temporal_id has 3 bits.</summary>
    public const int MaxTemporalLayers = 8;

    // A descriptor has at most 255 bytes, a difference in a template at least 4 bits.
    private const int MaxDifferences = DependencyDescriptor.MaxLength * 2;

    private const uint NextTemporalLayer = 1, NextSpatialLayer = 2, NoMoreTemplates = 3;

    private readonly byte[] _spatialIds = new byte[MaxTemplates];
    private readonly byte[] _temporalIds = new byte[MaxTemplates];
    private readonly ulong[] _indications = new ulong[MaxTemplates];
    private readonly ushort[] _frameDifferences = new ushort[MaxDifferences];
    private readonly short[] _frameDifferencesEnd = new short[MaxTemplates];
    private readonly byte[] _chainDifferences = new byte[MaxDifferences];
    private readonly byte[] _protectingChains = new byte[MaxDecodeTargets];
    private readonly byte[] _targetSpatialIds = new byte[MaxDecodeTargets];
    private readonly byte[] _targetTemporalIds = new byte[MaxDecodeTargets];
    private readonly PictureSize[] _sizes = new PictureSize[MaxSpatialLayers];

    /// <summary>The template id of template 0.</summary>
    public int TemplateIdOffset { get; private set; }

    public int TemplateCount { get; private set; }

    public int DecodeTargetCount { get; private set; }

    /// <summary>0 if the stream has no chains.</summary>
    public int ChainCount { get; private set; }

    public int SpatialLayerCount { get; private set; }

    public int TemporalLayerCount { get; private set; }

    public bool HasResolutions { get; private set; }

    /// <summary>A bit for each decode target.</summary>
    public uint AllDecodeTargets => uint.MaxValue >> (MaxDecodeTargets - DecodeTargetCount);

    /// <summary>The template of a template id; -1 if the structure has none such.</summary>
    public int TemplateIndex(int templateId)
    {
        var index = (templateId - TemplateIdOffset) & (MaxTemplates - 1);
        return index < TemplateCount ? index : -1;
    }

    public byte SpatialId(int template) => _spatialIds[template];

    public byte TemporalId(int template) => _temporalIds[template];

    public DecodeTargetIndication Indication(int template, int decodeTarget) => IndicationOf(_indications[template], decodeTarget);

    /// <summary>How far before a frame of this template those frames are that it refers to, in frame numbers: 1 to 16 each.</summary>
    public ReadOnlySpan<ushort> FrameDifferences(int template)
    {
        var start = template == 0 ? 0 : _frameDifferencesEnd[template - 1];
        return _frameDifferences.AsSpan(start, _frameDifferencesEnd[template] - start);
    }

    /// <summary>For each chain, how far before a frame of this template the chain's previous frame is; 0 if the chain begins anew.</summary>
    public ReadOnlySpan<byte> ChainDifferences(int template) => _chainDifferences.AsSpan(template * ChainCount, ChainCount);

    /// <summary>The highest spatial layer of a decode target.</summary>
    public byte DecodeTargetSpatialId(int decodeTarget) => _targetSpatialIds[decodeTarget];

    /// <summary>The highest temporal layer of a decode target.</summary>
    public byte DecodeTargetTemporalId(int decodeTarget) => _targetTemporalIds[decodeTarget];

    /// <summary>The chain that protects a decode target; only with chains.</summary>
    public byte ProtectingChain(int decodeTarget) => _protectingChains[decodeTarget];

    /// <summary>The largest rendered size of a spatial layer; only with <see cref="HasResolutions"/>.</summary>
    public PictureSize Resolution(int spatialId) => _sizes[spatialId];

    /// <summary>A bit for each decode target that needs no layer above these.</summary>
    public uint DecodeTargetsUpTo(int spatialId, int temporalId)
    {
        uint mask = 0;
        for (var target = 0; target < DecodeTargetCount; target++)
        {
            if (_targetSpatialIds[target] <= spatialId && _targetTemporalIds[target] <= temporalId) mask |= 1u << target;
        }

        return mask;
    }

    internal ulong Indications(int template) => _indications[template];

    internal static DecodeTargetIndication IndicationOf(ulong indications, int decodeTarget) =>
        (DecodeTargetIndication)(indications >> (2 * decodeTarget) & 3);

    /// <summary>Indications of one frame for all decode targets, two bits each, the first lowest.</summary>
    internal ulong ReadIndications(ref BitReader bits)
    {
        ulong indications = 0;
        for (var target = 0; target < DecodeTargetCount; target++) indications |= (ulong)bits.Read(2) << (2 * target);
        return indications;
    }

    /// <summary>template_dependency_structure(). After false the contents mean nothing.</summary>
    internal bool TryRead(ref BitReader bits)
    {
        TemplateIdOffset = (int)bits.Read(6);
        DecodeTargetCount = (int)bits.Read(5) + 1;
        if (!TryReadLayers(ref bits)) return false;
        for (var template = 0; template < TemplateCount; template++) _indications[template] = ReadIndications(ref bits);
        ReadFrameDifferences(ref bits);
        ReadChains(ref bits);
        if (bits.HasFailed) return false;
        DeriveDecodeTargetLayers();
        HasResolutions = bits.ReadFlag();
        for (var layer = 0; HasResolutions && layer < SpatialLayerCount; layer++)
        {
            _sizes[layer] = new((int)bits.Read(16) + 1, (int)bits.Read(16) + 1);
        }

        return !bits.HasFailed;
    }

    private bool TryReadLayers(ref BitReader bits)
    {
        byte spatialId = 0, temporalId = 0, maxTemporalId = 0;
        TemplateCount = 0;
        for (uint next = 0; next != NoMoreTemplates;)
        {
            // Past the end of the descriptor there are zeros, which are templates too: this is also what stops those.
            if (TemplateCount == MaxTemplates || spatialId == MaxSpatialLayers || temporalId == MaxTemporalLayers) return false;
            _spatialIds[TemplateCount] = spatialId;
            _temporalIds[TemplateCount] = temporalId;
            TemplateCount++;
            maxTemporalId = Math.Max(maxTemporalId, temporalId);
            next = bits.Read(2);
            if (next == NextTemporalLayer)
            {
                temporalId++;
            }
            else if (next == NextSpatialLayer)
            {
                temporalId = 0;
                spatialId++;
            }
        }

        SpatialLayerCount = spatialId + 1;
        TemporalLayerCount = maxTemporalId + 1;
        return true;
    }

    private void ReadFrameDifferences(ref BitReader bits)
    {
        short count = 0;
        for (var template = 0; template < TemplateCount; template++)
        {
            while (bits.ReadFlag()) _frameDifferences[count++] = (ushort)(bits.Read(4) + 1);
            _frameDifferencesEnd[template] = count;
        }
    }

    private void ReadChains(ref BitReader bits)
    {
        ChainCount = (int)bits.ReadNonSymmetric((uint)DecodeTargetCount + 1);
        if (ChainCount == 0) return;
        for (var target = 0; target < DecodeTargetCount; target++)
        {
            _protectingChains[target] = (byte)bits.ReadNonSymmetric((uint)ChainCount);
        }

        for (var i = 0; i < TemplateCount * ChainCount && !bits.HasFailed; i++) _chainDifferences[i] = (byte)bits.Read(4);
    }

    /// <summary>decode_target_layers(): a decode target has the highest layers of the templates that are present in it.</summary>
    private void DeriveDecodeTargetLayers()
    {
        for (var target = 0; target < DecodeTargetCount; target++)
        {
            byte spatialId = 0, temporalId = 0;
            for (var template = 0; template < TemplateCount; template++)
            {
                if (Indication(template, target) == DecodeTargetIndication.NotPresent) continue;
                spatialId = Math.Max(spatialId, _spatialIds[template]);
                temporalId = Math.Max(temporalId, _temporalIds[template]);
            }

            _targetSpatialIds[target] = spatialId;
            _targetTemporalIds[target] = temporalId;
        }
    }
}
