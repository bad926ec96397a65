using System.Globalization;
using Tertulia.Rtc.Codecs;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// Collects <c>rtpmap</c>, <c>fmtp</c> and <c>rtcp-fb</c> lines in whatever order they come (Firefox sorts attributes by
/// name, so parameters precede the map they belong to).
/// </summary>
internal sealed class CodecTableBuilder
{
    private readonly Dictionary<byte, Draft> _drafts = [];
    private readonly List<string> _commonFeedback = [];

    public void AddMap(ReadOnlySpan<char> value)
    {
        if (!TryParsePayloadType(SdpWords.Next(ref value), out var payloadType)) return;
        var name = TakeUntilSlash(ref value);
        var clockRateText = TakeUntilSlash(ref value);
        if (!SdpWords.IsToken(name) || !TryParseCount(clockRateText, out var clockRate)) return;
        if (!TryParseCount(value, out var channels)) channels = 1;
        var draft = DraftOf(payloadType);
        draft.Map ??= new(payloadType, RtpCodec.KindOf(name), name.ToString(), clockRate, channels);
    }

    public void AddParameters(ReadOnlySpan<char> value)
    {
        if (!TryParsePayloadType(SdpWords.Next(ref value), out var payloadType)) return;
        var draft = DraftOf(payloadType);
        draft.Parameters ??= FormatParameters.Parse(value);
    }

    public void AddFeedback(ReadOnlySpan<char> value)
    {
        var target = SdpWords.Next(ref value);
        if (value.IsEmpty) return;
        if (target is "*") AddOnce(_commonFeedback, value);
        else if (TryParsePayloadType(target, out var payloadType)) AddOnce(DraftOf(payloadType).Feedback, value);
    }

    /// <summary>The codecs in the order of the media line; formats that nothing describes are left out.</summary>
    public List<RtpCodec> Build(List<string> formats)
    {
        var codecs = new List<RtpCodec>(formats.Count);
        foreach (var format in formats)
        {
            if (!TryParsePayloadType(format, out var payloadType)) continue;
            _ = _drafts.Remove(payloadType, out var draft);
            var map = draft?.Map ?? StaticPayloadType(payloadType);
            if (map is null) continue;
            var parameters = draft?.Parameters ?? FormatParameters.Empty;
            var feedback = draft?.Feedback ?? [];
            foreach (var common in _commonFeedback) AddOnce(feedback, common);
            byte? apt = map.Kind == CodecKind.Rtx && TryParsePayloadType(parameters["apt"], out var associated) ? associated : null;
            codecs.Add(map with { Parameters = parameters, Feedback = feedback, AssociatedPayloadType = apt });
        }

        JoinRetransmissions(codecs);
        return codecs;
    }

    internal static bool TryParsePayloadType(ReadOnlySpan<char> text, out byte payloadType) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out payloadType) && payloadType < 128;

    private static bool TryParseCount(ReadOnlySpan<char> text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

    private static void JoinRetransmissions(List<RtpCodec> codecs)
    {
        foreach (var rtx in codecs.ToArray())
        {
            if (rtx.AssociatedPayloadType is not { } associated) continue;
            // The clock is the original's (RFC 4588 section 8.1): anything else repeats something that is not here.
            var index = codecs.FindIndex(codec =>
                codec.PayloadType == associated && codec.Kind != CodecKind.Rtx && codec.ClockRate == rtx.ClockRate && rtx.Channels == 1);
            if (index >= 0 && codecs[index].RtxPayloadType is null) codecs[index] = codecs[index] with { RtxPayloadType = rtx.PayloadType };
        }
    }

    private Draft DraftOf(byte payloadType)
    {
        if (!_drafts.TryGetValue(payloadType, out var draft)) _drafts.Add(payloadType, draft = new());
        return draft;
    }

    private static void AddOnce(List<string> list, ReadOnlySpan<char> value)
    {
        if (list.Count == SdpLimits.MaxFeedbackPerCodec) return;
        foreach (var known in list)
        {
            if (value.SequenceEqual(known)) return;
        }

        list.Add(value.ToString());
    }

    private static ReadOnlySpan<char> TakeUntilSlash(ref ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        var part = slash < 0 ? text : text[..slash];
        text = slash < 0 ? default : text[(slash + 1)..];
        return part.Trim();
    }

    /// <summary>RFC 3551 section 6: the static payload types that are still met without a map.</summary>
    private static RtpCodec? StaticPayloadType(byte payloadType) => payloadType switch
    {
        0 => new(0, CodecKind.Other, "PCMU", 8000),
        8 => new(8, CodecKind.Other, "PCMA", 8000),
        9 => new(9, CodecKind.Other, "G722", 8000),
        13 => new(13, CodecKind.Other, "CN", 8000),
        _ => null,
    };

    private sealed class Draft
    {
        public RtpCodec? Map { get; set; }

        public FormatParameters? Parameters { get; set; }

        public List<string> Feedback { get; } = [];
    }
}
