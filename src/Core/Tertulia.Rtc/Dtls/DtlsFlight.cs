using Tertulia.Rtc.Net;

namespace Tertulia.Rtc.Dtls;

/// <summary>
/// The last flight of handshake messages that we sent, kept to be sent again unchanged: OpenSSL's own timer reads the
/// machine's clock and so cannot serve here (RFC 6347 section 4.2.4 describes the timer this one stands for).
/// </summary>
internal sealed class DtlsFlight
{
    /// <summary>Sends of one flight to a peer that does not move on: with the longest back-off they last past the time-out.</summary>
    public const int MaxSends = 24;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Repetitions that a peer can provoke come no closer together than this.</summary>
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(50);

    private byte[] _records = [];
    private int _position;
    private int _sends;
    private TimeSpan _delay;
    private Instant _lastSend = Instant.Zero;

    /// <summary>When the flight is due again, if nothing has come until then.</summary>
    public Instant ResendAt { get; private set; } = Instant.Never;

    /// <summary>A new flight. One that is still waiting to be polled goes out before it.</summary>
    public void Replace(Instant now, byte[] records, bool timed)
    {
        _records = [.. _records.AsSpan(_position), .. records];
        _position = 0;
        _sends = 1;
        _delay = FirstDelay;
        _lastSend = now;
        ResendAt = timed ? now + _delay : Instant.Never;
    }

    public void StopTimer() => ResendAt = Instant.Never;

    public void HandleTimeout(Instant now)
    {
        if (now < ResendAt) return;
        _delay = _delay * 2 < LongestDelay ? _delay * 2 : LongestDelay;
        ResendAt = now + _delay;
        Resend(now);
    }

    /// <summary>The peer repeated itself, so it has not got this flight.</summary>
    public void HandleRepetition(Instant now)
    {
        if (now - _lastSend >= ShortestDelay) Resend(now);
    }

    /// <summary>Writes what is due, as many whole records to a datagram as fit.</summary>
    public void Poll(in NetworkPath path, DatagramBatch outbox)
    {
        while (_position < _records.Length)
        {
            var rest = _records.AsSpan(_position);
            var length = 0;
            while (DtlsRecord.TryParse(rest[length..], out var record))
            {
                if (length + record.Length > DtlsTransport.Mtu && length > 0) break;
                length += record.Length;
            }

            _position = length == 0 ? _records.Length : _position + length;
            if (length is > 0 and <= DatagramBatch.MaxDatagramSize) outbox.Add(path, rest[..length]);
        }
    }

    private void Resend(Instant now)
    {
        if (_sends >= MaxSends) return;
        _sends++;
        _lastSend = now;
        _position = 0;
    }
}
