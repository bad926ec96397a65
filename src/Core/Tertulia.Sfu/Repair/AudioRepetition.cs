using Tertulia.Rtc;
using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;

namespace Tertulia.Sfu.Repair;

/// <summary>Has a receiver's audio sent more than once while its line loses some, if it takes no redundant payloads.</summary>
internal sealed class AudioRepetition
{
    private readonly SendStream _stream;
    private readonly AudioEcho _echo = new();
    private readonly RedundancyPolicy _policy = new(areHidden: true);

    private AudioRepetition(SendStream stream)
    {
        _stream = stream;
        stream.Echo = _echo;
    }

    /// <summary>Null for video.</summary>
    public static AudioRepetition? Of(NegotiatedMedia media, SendStream stream) => media.Kind == MediaKind.Audio ? new AudioRepetition(stream) : null;

    /// <summary>Each packet is sent so many times more.</summary>
    public int Copies => _echo.Copies;

    /// <summary>Before each packet.</summary>
    public void Update(Instant now, SendSideBandwidthEstimator line) => _echo.Copies = Math.Min(_policy.Decide(now, _stream, line), AudioEcho.MaxCopies);
}
