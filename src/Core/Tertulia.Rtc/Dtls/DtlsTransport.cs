using Tertulia.Rtc.Net;
using Tertulia.Rtc.Srtp;

namespace Tertulia.Rtc.Dtls;

/// <summary>
/// The DTLS 1.2 handshake of one connection, from which both ends take their SRTP keys (RFC 5764). Sans-IO, not thread
/// safe; nothing that a peer sends throws. The peer's certificate must be one of those signalled.
/// </summary>
public sealed class DtlsTransport : IDisposable
{
    /// <summary>Longest datagram that we send, in bytes of UDP payload.</summary>
    public const int Mtu = 1200;

    /// <summary>Time from the first ClientHello until an unfinished handshake is given up.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Longer ones are no path's datagrams, and would not fit OpenSSL's record buffer.</summary>
    private const int MaxDatagram = 4096;

    private const int MaxEarlyRecords = 16;

    private readonly DtlsRole _role;
    private readonly DtlsCertificate _certificate;
    private readonly IReadOnlyList<DtlsFingerprint> _expectedPeer;
    private readonly DtlsFlight _flight = new();
    private DtlsConnection? _connection;
    private Instant _giveUpAt = Instant.Never;
    private int _early;
    private bool _peerEncrypts;

    /// <param name="role">Ours.</param>
    /// <param name="certificate">Ours; may serve any number of transports.</param>
    /// <param name="expectedPeer">What signaling said of the peer's certificate (RFC 8122); none means that none will do.</param>
    public DtlsTransport(DtlsRole role, DtlsCertificate certificate, IReadOnlyList<DtlsFingerprint> expectedPeer)
    {
        _role = role;
        _certificate = certificate;
        _expectedPeer = expectedPeer;
    }

    public DtlsState State { get; private set; }

    /// <summary>Set exactly when <see cref="State"/> is <see cref="DtlsState.Failed"/>.</summary>
    public DtlsFailure? Failure { get; private set; }

    /// <summary>Set from <see cref="DtlsState.Connected"/> on.</summary>
    public SrtpKeyingMaterial? Keys { get; private set; }

    /// <summary>Datagrams without any record that could belong to the handshake in its state.</summary>
    public long DroppedDatagrams { get; private set; }

    public Instant NextDeadline => State == DtlsState.Handshaking ? Instant.Min(_flight.ResendAt, _giveUpAt) : Instant.Never;

    /// <summary>Takes one datagram; <see cref="Poll"/> has the answer.</summary>
    public void HandleDatagram(Instant now, ReadOnlySpan<byte> datagram)
    {
        var answered = false;
        var repeated = false;
        var accepted = 0;
        var rest = datagram.Length <= MaxDatagram ? datagram : [];
        while (DtlsRecord.TryParse(rest, out var record))
        {
            rest = rest[record.Length..];
            if (_role == DtlsRole.Server && record.ContentType == DtlsRecord.Handshake)
                repeated |= State == DtlsState.Connected || record.IsClientHelloStart;
            if (!IsExpected(record)) continue;
            accepted++;
            answered |= HandleRecord(now, record);
        }

        // OpenSSL answers neither a repeated ClientHello nor a Finished repeated byte by byte, as our client repeats it.
        // A client that repeats its flight lacks ours.
        if (repeated && !answered) _flight.HandleRepetition(now);
        else if (accepted == 0) DroppedDatagrams++;
    }

    public void HandleTimeout(Instant now)
    {
        if (State != DtlsState.Handshaking) return;
        if (now >= _giveUpAt) Fail(DtlsFailure.Timeout);
        else _flight.HandleTimeout(now);
    }

    /// <summary>Writes what is to be sent. The client's first call sends its ClientHello, so it comes when a path is known.</summary>
    public void Poll(Instant now, in NetworkPath path, DatagramBatch outbox)
    {
        if (_role == DtlsRole.Client && State == DtlsState.New)
        {
            Start(now);
            Conclude(_connection!.DoHandshake());
            TakeOutput(now);
        }

        _flight.Poll(path, outbox);
    }

    /// <summary>Says goodbye with a close_notify, which one more <see cref="Poll"/> sends.</summary>
    public void Close()
    {
        if (State is DtlsState.Failed or DtlsState.Closed) return;
        if (State == DtlsState.Connected)
        {
            _connection!.Shutdown();
            TakeOutput(Instant.Zero);
        }

        State = DtlsState.Closed;
        _flight.StopTimer();
    }

    public void Dispose()
    {
        if (State is not (DtlsState.Failed or DtlsState.Closed)) State = DtlsState.Closed;
        _flight.StopTimer();
        _connection?.Dispose();
    }

    /// <summary>
    /// Keeps from OpenSSL what cannot belong to this handshake. An encrypted record too short for its cipher is among that:
    /// OpenSSL takes it for an internal error and ends the connection, so anyone who can forge a sender's address could.
    /// </summary>
    private bool IsExpected(in DtlsRecord record)
    {
        switch (State)
        {
            case DtlsState.New:
                return _role == DtlsRole.Server && record.IsClientHello;
            case DtlsState.Handshaking when record.Epoch == 0:
                _peerEncrypts |= record.ContentType == DtlsRecord.ChangeCipherSpec;
                return record.ContentType is DtlsRecord.ChangeCipherSpec or DtlsRecord.Alert or DtlsRecord.Handshake;
            case DtlsState.Handshaking:
                // A Finished that overtook what comes before it: OpenSSL keeps such records, each in a buffer of 16 KiB.
                return record is { Epoch: 1, ContentType: DtlsRecord.Handshake, IsLongEnoughToDecrypt: true }
                    && (_peerEncrypts || _early++ < MaxEarlyRecords);
            case DtlsState.Connected:
                return record is { Epoch: 1, IsLongEnoughToDecrypt: true };
            default:
                return false;
        }
    }

    private bool HandleRecord(Instant now, in DtlsRecord record)
    {
        if (State == DtlsState.New) Start(now);
        _connection!.Write(record.Bytes);
        var progress = State == DtlsState.Connected ? _connection.Read() : _connection.DoHandshake();
        if (progress == DtlsProgress.Finished) progress = Finish();
        Conclude(progress);
        return TakeOutput(now);
    }

    private void Start(Instant now)
    {
        _connection = new(_role, _certificate, _expectedPeer);
        _giveUpAt = now + HandshakeTimeout;
        State = DtlsState.Handshaking;
    }

    private DtlsProgress Finish()
    {
        Keys = _connection!.ExportKeys(_role);
        if (Keys is null)
        {
            _connection.Shutdown();
            Fail(DtlsFailure.NoSrtpProfile);
            return DtlsProgress.Waiting;
        }

        State = DtlsState.Connected;
        _flight.StopTimer();
        return _connection.Read();
    }

    private void Conclude(DtlsProgress progress)
    {
        switch (progress)
        {
            case DtlsProgress.ClosedByPeer when State == DtlsState.Connected:
            case DtlsProgress.Failed when State == DtlsState.Connected && _connection!.Failure == DtlsFailure.Alert:
                State = DtlsState.Closed;
                break;
            case DtlsProgress.ClosedByPeer:
                Fail(DtlsFailure.Alert);
                break;

            // After the handshake OpenSSL has nothing left to do for us: the media keys stay good.
            case DtlsProgress.Failed when State != DtlsState.Connected:
                Fail(_connection!.Failure);
                break;
        }
    }

    private bool TakeOutput(Instant now)
    {
        var records = _connection!.TakeOutput();
        if (records.Length == 0) return false;
        _flight.Replace(now, records, timed: State == DtlsState.Handshaking);
        return true;
    }

    private void Fail(DtlsFailure failure)
    {
        State = DtlsState.Failed;
        Failure = failure;
        Keys = null;
        _flight.StopTimer();
    }
}
