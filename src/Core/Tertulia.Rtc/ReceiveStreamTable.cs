using System.Runtime.InteropServices;
using System.Text;
using Tertulia.Rtc.Fec;
using Tertulia.Rtc.Rtp;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Rtc;

/// <summary>
/// Finds the stream that a packet belongs to (RFC 9143 section 9.2): by SSRC, else by the MID and RID header extensions,
/// else by a payload type that only one section uses.
/// </summary>
internal sealed class ReceiveStreamTable(int maxStreams)
{
    private readonly Dictionary<uint, ReceiveStream> _streams = [];
    private readonly Dictionary<uint, ReceiveStream> _protected = [];
    private readonly List<ReceiveSection> _sections = [];

    public ReceiveExtensions Extensions { get; private set; }

    public Dictionary<uint, ReceiveStream>.ValueCollection Streams => _streams.Values;

    public void Configure(IReadOnlyList<NegotiatedMedia> sections)
    {
        Extensions = ReceiveExtensions.Of(sections);
        foreach (var media in sections)
        {
            var section = _sections.Find(existing => existing.Mid == media.Mid);
            if (section is null) _sections.Add(section = new ReceiveSection(media));
            else section.Update(media);

            // Firefox names simulcast's sources too, but not which encoding is which: that the packets tell, until we have reported on them.
            if (media.RemoteRids.Count > 0) continue;
            foreach (var source in media.RemoteStreams) Declare(section, source, media);
        }

        // What is not received any more must not be found by its SSRC either.
        foreach (var gone in _sections.FindAll(section => !sections.Any(media => media.Mid == section.Mid)))
        {
            _sections.Remove(gone);
            foreach (var stream in _streams.Values.Where(stream => stream.Section == gone).ToList()) _streams.Remove(stream.Ssrc.Value);
            foreach (var (ssrc, _) in _protected.Where(pair => pair.Value.Section == gone).ToList()) _protected.Remove(ssrc);
        }
    }

    public bool TryGet(Ssrc ssrc, out ReceiveStream? stream) => _streams.TryGetValue(ssrc.Value, out stream);

    /// <summary>The stream that repair packets of this source protect.</summary>
    public bool TryGetProtected(Ssrc ssrc, out ReceiveStream? stream) => _protected.TryGetValue(ssrc.Value, out stream);

    public Dictionary<uint, ReceiveStream>.ValueCollection Protected => _protected.Values;

    public DropReason Resolve(in RtpPacket packet, out ReceiveStream? stream)
    {
        if (_streams.TryGetValue(packet.Ssrc.Value, out stream)) return DropReason.None;
        if (_streams.Count >= maxStreams) return DropReason.TooManyStreams;

        var section = FindSection(packet);
        if (section is null) return DropReason.UnknownSsrc;
        if (!section.Uses(packet.PayloadType)) return DropReason.UnknownPayloadType;

        if (section.RepairedCodec(packet.PayloadType) is not null)
        {
            var repaired = FindRepaired(packet, section);
            if (repaired is null) return DropReason.UnknownSsrc;
            stream = Add(section, packet.Ssrc, repaired.Rid);
            stream.Repairs = repaired;
            return DropReason.None;
        }

        stream = Add(section, packet.Ssrc, ReadText(packet, Extensions.RtpStreamId));
        return DropReason.None;
    }

    private ReceiveSection? FindSection(in RtpPacket packet)
    {
        if (Extensions.Mid != 0 && packet.TryGetExtension(Extensions.Mid, out var mid))
        {
            foreach (var section in _sections)
            {
                if (Ascii.Equals(mid, section.Mid)) return section;
            }

            return null;
        }

        ReceiveSection? only = null;
        foreach (var section in CollectionsMarshal.AsSpan(_sections))
        {
            if (!section.Uses(packet.PayloadType)) continue;
            if (only is not null) return null;
            only = section;
        }

        return only;
    }

    private ReceiveStream? FindRepaired(in RtpPacket packet, ReceiveSection section)
    {
        var rid = ReadText(packet, Extensions.RepairedRtpStreamId);
        ReceiveStream? only = null;
        foreach (var stream in _streams.Values)
        {
            if (stream.Section != section || stream.IsRetransmission) continue;
            if (rid is not null)
            {
                if (stream.Rid == rid) return stream;
                continue;
            }

            if (only is not null) return null;
            only = stream;
        }

        return only;
    }

    private void Declare(ReceiveSection section, RemoteStream source, NegotiatedMedia media)
    {
        if (_streams.Count + 2 > maxStreams) return;
        if (!_streams.TryGetValue(source.Ssrc.Value, out var primary)) primary = Add(section, source.Ssrc, rid: null);
        if (source.RtxSsrc is { } rtx && !_streams.ContainsKey(rtx.Value)) Add(section, rtx, rid: null).Repairs = primary;
        if (source.FecSsrc is not { } fec || media.FlexFecPayloadType is null) return;
        primary.Fec ??= new FlexFecDecoder(primary.Ssrc, MutableExtensions.Of(media));
        _protected[fec.Value] = primary;
    }

    private ReceiveStream Add(ReceiveSection section, Ssrc ssrc, string? rid) => _streams[ssrc.Value] = new ReceiveStream(section, ssrc, rid, section.ClockRate);

    private static string? ReadText(in RtpPacket packet, byte id) =>
        id != 0 && packet.TryGetExtension(id, out var value) && value.Length is > 0 and <= 16 ? Encoding.ASCII.GetString(value) : null;
}

/// <summary>The remote side's ids of the header extensions that are read; 0 means: not negotiated.</summary>
internal readonly record struct ReceiveExtensions(
    byte Mid, byte RtpStreamId, byte RepairedRtpStreamId, byte TransportSequence, byte AudioLevel, byte VideoOrientation, byte DependencyDescriptor)
{
    // In a BUNDLE an id means the same in all sections (RFC 8843 section 14), so one set serves the connection.
    public static ReceiveExtensions Of(IReadOnlyList<NegotiatedMedia> sections) => new(
        Id(sections, HeaderExtensionUris.Mid),
        Id(sections, HeaderExtensionUris.RtpStreamId),
        Id(sections, HeaderExtensionUris.RepairedRtpStreamId),
        Id(sections, HeaderExtensionUris.TransportSequenceNumber),
        Id(sections, HeaderExtensionUris.AudioLevel),
        Id(sections, HeaderExtensionUris.VideoOrientation),
        Id(sections, HeaderExtensionUris.DependencyDescriptor));

    private static byte Id(IReadOnlyList<NegotiatedMedia> sections, string uri)
    {
        foreach (var section in sections)
        {
            foreach (var extension in section.Extensions)
            {
                if (extension.Uri == uri) return (byte)extension.Id;
            }
        }

        return 0;
    }
}
