using Tertulia.Recording.Log;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording;

/// <summary>Where recordings are kept until they are composed.</summary>
/// <param name="Folder">One folder for each recording is made in it.</param>
/// <param name="LeaveFree">Bytes of the disk that recordings leave to the rest of the server.</param>
public sealed record RecorderOptions(string Folder, long LeaveFree = 256 * 1024 * 1024);

/// <summary>
/// Writes one meeting to its log: media as a tap, everything else as facts. It lasts from <see cref="Open"/> to <see cref="Dispose"/>; taps may
/// come and go in between.
/// </summary>
public sealed class MeetingRecorder : IMediaTap, IDisposable
{
    public const string LogName = "media.log";

    // Streams that a later tap announces must not be taken for those of an earlier one.
    private const int StreamsPerTap = 1 << 20;

    private const int MostFactsWaiting = 10_000;

    // The queue before the disk has been quiet for so long: it keeps up again.
    private static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(5);

    // When a meeting changes rooms, the old room's tap may still have to say something while the new one's begins.
    private readonly Lock _gate = new();
    private readonly LogWriter _log;
    private readonly byte[] _record = new byte[TapRecord.PacketHeadLength + 4096];
    private readonly Dictionary<int, TapStream> _streams = [];
    private Instant _startedAt;
    private DateTimeOffset _startedAtUtc;
    private Instant _lastDrop = Instant.Never;
    private readonly Queue<(Instant At, byte[] Record)> _factsWaiting = new();
    private bool _streamsMissing;
    private int _taps;
    private TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MeetingRecorder(string folder, LogWriter log)
    {
        Folder = folder;
        _log = log;
    }

    public string Folder { get; }

    public RecordingProblem Problem => _log.Problem;

    /// <summary>Packets and facts that are missing in the log.</summary>
    public long Dropped => _log.RecordsDropped + QueueDrops;

    public long BytesWritten => _log.BytesWritten;

    /// <summary>Packets that did not even reach the log.</summary>
    public long QueueDrops { get; private set; }

    public DateTimeOffset StartedAt => _startedAtUtc;

    /// <exception cref="IOException">The folder or the log cannot be made.</exception>
    public static MeetingRecorder Open(RecorderOptions options, string recordingId, TimeProvider time, Action<RecordingProblem>? onProblem = null) =>
        Open(options, recordingId, time, onProblem, OpenFile, null);

    internal static MeetingRecorder Open(
        RecorderOptions options, string recordingId, TimeProvider time, Action<RecordingProblem>? onProblem, Func<string, Stream> open, Func<long>? freeBytes)
    {
        var folder = Path.Combine(options.Folder, recordingId);
        Directory.CreateDirectory(folder);
        var disk = new DriveInfo(Path.GetFullPath(folder));
        return new(folder, new LogWriter(Path.Combine(folder, LogName), open, freeBytes ?? (() => disk.AvailableFreeSpace), options.LeaveFree, time) { OnProblem = onProblem });
    }

    /// <summary>The first fact. <paramref name="now"/> and <paramref name="utc"/> are one moment, by the room's clock and by the wall's.</summary>
    public void Begin(Instant now, DateTimeOffset utc, string recordingId, string meetingId, string title)
    {
        (_startedAt, _startedAtUtc) = (now, utc);
        Write(now, new RecordedFact.Began(recordingId, meetingId, title, utc));
    }

    public void Add(DateTimeOffset at, RecordedFact fact) => Write(_startedAt + (at - _startedAtUtc), fact);

    /// <summary>The last fact: the recording is whole.</summary>
    public void Finish(DateTimeOffset at) => Add(at, new RecordedFact.Finished());

    /// <summary>Completes when no tap is on any more, at the latest after <paramref name="patience"/>.</summary>
    public async Task QuietAsync(TimeSpan patience)
    {
        if (_streams.Count > 0) await Task.WhenAny(_closed.Task, Task.Delay(patience));
    }

    public void OnStream(Instant now, TapStream stream)
    {
        using var scope = _gate.EnterScope();
        if (_closed.Task.IsCompleted) _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var numbered = stream with { Id = _taps * StreamsPerTap + stream.Id };
        _streams[stream.Id] = numbered;
        if (!Append(now, TapRecord.WriteStream(_record, now, numbered))) _streamsMissing = true;
    }

    public void OnPacket(in TappedPacket packet)
    {
        using var scope = _gate.EnterScope();
        if (!_streams.TryGetValue(packet.Stream.Id, out var stream)) return;
        if (_streamsMissing && !TryAnnounce(packet.At)) return;
        Append(packet.At, TapRecord.WritePacket(_record, Renumbered(packet, stream)));
        if (_lastDrop == Instant.Never || packet.At - _lastDrop < SlowFor) return;
        _lastDrop = Instant.Never;
        if (Problem == RecordingProblem.DiskSlow) _log.Report(RecordingProblem.None);
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
    {
        using var scope = _gate.EnterScope();
        if (_streams.TryGetValue(stream.Id, out var numbered)) Append(capturedAt, TapRecord.WriteClock(_record, numbered, capturedAt, timestamp));
    }

    public void OnStreamEnded(Instant now, TapStream stream)
    {
        using var scope = _gate.EnterScope();
        if (_streams.Remove(stream.Id, out var numbered)) Append(now, TapRecord.WriteStreamEnded(_record, now, numbered));
    }

    public void OnDropped(Instant now, long packets)
    {
        using var scope = _gate.EnterScope();
        QueueDrops += packets;
        _lastDrop = now;
        if (Problem == RecordingProblem.None) _log.Report(RecordingProblem.DiskSlow);
        Append(now, TapRecord.WriteDropped(_record, now, packets));
    }

    /// <summary>That tap is off; another may follow.</summary>
    public void OnClosed(Instant now)
    {
        using var scope = _gate.EnterScope();
        foreach (var stream in _streams.Values) Append(now, TapRecord.WriteStreamEnded(_record, now, stream));
        _streams.Clear();
        _taps++;
        _log.Flush();
        _closed.TrySetResult();
    }

    public void Dispose() => _log.Dispose();

    private static TappedPacket Renumbered(in TappedPacket packet, TapStream stream) => new()
    {
        Stream = stream,
        At = packet.At,
        Codec = packet.Codec,
        SequenceNumber = packet.SequenceNumber,
        Timestamp = packet.Timestamp,
        Marker = packet.Marker,
        StartsKeyFrame = packet.StartsKeyFrame,
        AudioLevel = packet.AudioLevel,
        VideoOrientation = packet.VideoOrientation,
        SpatialId = packet.SpatialId,
        TemporalId = packet.TemporalId,
        Payload = packet.Payload,
    };

    private static FileStream OpenFile(string path) => AtEnd(new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1));

    private static FileStream AtEnd(FileStream file)
    {
        file.Position = file.Length;
        return file;
    }

    private bool Append(Instant at, int length) => length > 0 && _log.Append(at.Ticks, _record.AsSpan(0, length));

    /// <summary>Without its announcement a stream's packets are nobody's.</summary>
    private bool TryAnnounce(Instant now)
    {
        foreach (var stream in _streams.Values)
        {
            if (!Append(now, TapRecord.WriteStream(_record, now, stream))) return false;
        }

        _streamsMissing = false;
        return true;
    }

    /// <summary>Who is there, and whose camera is on, must be right after a gap too: facts wait for the disk.</summary>
    private void Write(Instant at, RecordedFact fact)
    {
        lock (_factsWaiting)
        {
            if (_factsWaiting.Count < MostFactsWaiting) _factsWaiting.Enqueue((at, FactRecord.Write(at, fact)));
            while (_factsWaiting.TryPeek(out var next) && _log.Append(next.At.Ticks, next.Record)) _factsWaiting.Dequeue();
        }

        _log.Flush();
    }
}
