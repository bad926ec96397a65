namespace Tertulia.Rtc.Sdp;

/// <summary>The value of <c>a=simulcast</c> (RFC 8853 section 5.1): <c>send q;h,~i;f recv …</c>.</summary>
internal static class SimulcastSyntax
{
    /// <summary>Null when the value is malformed.</summary>
    public static SimulcastDescription? Parse(ReadOnlySpan<char> value)
    {
        List<SimulcastStream>? send = null;
        List<SimulcastStream>? receive = null;
        while (!value.IsEmpty)
        {
            var direction = SdpWords.Next(ref value);
            if (ParseStreams(SdpWords.Next(ref value)) is not { } streams) return null;
            if (direction is "send" && send is null) send = streams;
            else if (direction is "recv" && receive is null) receive = streams;
            else return null;
        }

        return send is null && receive is null ? null : new(send ?? [], receive ?? []);
    }

    public static string Write(SimulcastDescription simulcast)
    {
        var send = simulcast.Send.Count == 0 ? "" : "send " + WriteStreams(simulcast.Send);
        var receive = simulcast.Receive.Count == 0 ? "" : "recv " + WriteStreams(simulcast.Receive);
        return $"{send} {receive}".Trim();
    }

    /// <summary>RFC 8851 section 10: letters and digits, here also the hyphen and underscore of older drafts.</summary>
    public static bool IsRid(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
        }

        return text.Length is > 0 and <= 255;
    }

    private static List<SimulcastStream>? ParseStreams(ReadOnlySpan<char> text)
    {
        var streams = new List<SimulcastStream>();
        foreach (var streamRange in text.Split(';'))
        {
            var alternatives = new List<SimulcastRid>();
            var stream = text[streamRange];
            foreach (var range in stream.Split(','))
            {
                var rid = stream[range];
                var isPaused = rid.StartsWith("~", StringComparison.Ordinal);
                if (isPaused) rid = rid[1..];
                if (!IsRid(rid) || alternatives.Count == SdpLimits.MaxRids) return null;
                alternatives.Add(new(rid.ToString(), isPaused));
            }

            if (streams.Count == SdpLimits.MaxRids) return null;
            streams.Add(new(alternatives));
        }

        return streams;
    }

    private static string WriteStreams(IReadOnlyList<SimulcastStream> streams) => string.Join(
        ';', streams.Select(stream => string.Join(',', stream.Alternatives.Select(rid => rid.IsPaused ? "~" + rid.Rid : rid.Rid))));
}
