using System.Buffers.Binary;

namespace Tertulia.Recording.Log;

/// <summary>Why a recording misses something just now.</summary>
public enum RecordingProblem
{
    None,

    /// <summary>The disk has less free space than is to be left to the rest of the server.</summary>
    DiskFull,

    /// <summary>The disk refuses to take what is written.</summary>
    DiskError,

    /// <summary>The disk takes less than the meeting sends.</summary>
    DiskSlow,
}

/// <summary>
/// Appends records to a file, and never throws for what the disk does: while it refuses, records are left out and counted, one half
/// written is taken back, and writing goes on when the disk does. What was appended is out of this process after <see cref="FlushInterval"/>,
/// so that killing it loses no more. Safe for several threads.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    /// <summary>Beside the log: moment and offset of a record, once in a second.</summary>
    public const string IndexSuffix = ".idx";

    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(200);
    // A power cut loses no more; a disk that is slow at it holds up nobody.
    private static readonly TimeSpan SyncInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private const int BufferLength = 2 * LogRecord.MaxLength;

    private readonly Lock _lock = new();
    private readonly Stream _file, _index;
    private readonly Func<long> _freeBytes;
    private readonly long _leaveFree;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _buffered;
    private long _good;
    private long _lastIndexed = long.MinValue;
    private long _retryAt;
    private long _syncedAt, _syncedLength;
    private Task _syncing = Task.CompletedTask;
    private bool _disposed;

    /// <param name="open">Opens a file of the recording for appending; a test gives disks of its own.</param>
    /// <param name="freeBytes">Space that is left on the disk.</param>
    /// <param name="leaveFree">Space that is left to others.</param>
    public LogWriter(string path, Func<string, Stream> open, Func<long> freeBytes, long leaveFree, TimeProvider time)
    {
        _file = open(path);
        _index = open(path + IndexSuffix);
        _freeBytes = freeBytes;
        _leaveFree = leaveFree;
        _time = time;
        _good = _file.Length;
        if (_good == 0)
        {
            LogRecord.Magic.CopyTo(_buffer);
            _buffered = LogRecord.Magic.Length;
        }

        _timer = time.CreateTimer(_ => FlushAndSync(), null, FlushInterval, FlushInterval);
    }

    /// <summary>Told on the thread that noticed; must not call back.</summary>
    public Action<RecordingProblem>? OnProblem { get; set; }

    public RecordingProblem Problem { get; private set; }

    public long RecordsDropped { get; private set; }

    public long BytesWritten => _good;

    /// <summary>False if the record was left out.</summary>
    /// <param name="ticks">The record's moment, for the index.</param>
    public bool Append(long ticks, ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            var needed = LogRecord.HeadLength + record.Length;
            if (_disposed || record.Length > LogRecord.MaxLength || !IsWritable() || (needed > BufferLength - _buffered && !TryWriteOut()))
            {
                RecordsDropped++;
                return false;
            }

            if (ticks - _lastIndexed >= TimeSpan.TicksPerSecond || _lastIndexed == long.MinValue) Index(ticks);
            LogRecord.WriteHead(_buffer.AsSpan(_buffered), record);
            record.CopyTo(_buffer.AsSpan(_buffered + LogRecord.HeadLength));
            _buffered += needed;
            return true;
        }
    }

    /// <summary>The queue before this log overflowed, or no longer does.</summary>
    public void Report(RecordingProblem problem)
    {
        lock (_lock) Change(problem);
    }

    public void Flush()
    {
        lock (_lock)
        {
            if (_disposed || !IsWritable()) return;
            if (_freeBytes() < _leaveFree) Fail(RecordingProblem.DiskFull);
            else TryWriteOut();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            if (IsWritable()) TryWriteOut();
            _disposed = true;
        }

        _timer.Dispose();
        _syncing.Wait();
        lock (_lock)
        {
            try
            {
                if (_file is FileStream file) file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                // What is there is there.
            }

            _file.Dispose();
            _index.Dispose();
        }
    }

    private void FlushAndSync()
    {
        Flush();
        lock (_lock)
        {
            if (_disposed || !_syncing.IsCompleted || _good == _syncedLength || _time.GetElapsedTime(_syncedAt) < SyncInterval) return;
            (_syncedAt, _syncedLength) = (_time.GetTimestamp(), _good);
            // Outside of the lock: what comes meanwhile is written meanwhile.
            _syncing = Task.Run(Sync);
        }
    }

    private void Sync()
    {
        try
        {
            if (_file is FileStream file) file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            lock (_lock) Fail(RecordingProblem.DiskError);
        }
    }

    private bool IsWritable()
    {
        if (Problem is not (RecordingProblem.DiskFull or RecordingProblem.DiskError)) return true;
        if (_time.GetTimestamp() < _retryAt) return false;
        if (_freeBytes() < _leaveFree)
        {
            Fail(RecordingProblem.DiskFull);
            return false;
        }

        return TryTakeBack();
    }

    /// <summary>Cuts off what was written in part, and goes on from there.</summary>
    private bool TryTakeBack()
    {
        try
        {
            _file.SetLength(_good);
            _file.Position = _good;
            if (!TryWriteOut()) return false;
            Change(RecordingProblem.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(RecordingProblem.DiskError);
            return false;
        }
    }

    /// <summary>What the disk refuses stays in the buffer, and is tried again.</summary>
    private bool TryWriteOut()
    {
        try
        {
            _file.Write(_buffer.AsSpan(0, _buffered));
            _file.Flush();
            _good = _file.Position;
            _buffered = 0;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(_freeBytes() < Math.Max(_leaveFree, _buffered) ? RecordingProblem.DiskFull : RecordingProblem.DiskError);
            return false;
        }
    }

    private void Index(long ticks)
    {
        Span<byte> entry = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(entry, ticks);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], _good + _buffered);
        try
        {
            _index.Write(entry);
            _index.Flush();
            _lastIndexed = ticks;
        }
        catch (IOException)
        {
            // The index only saves reading; the log tells all.
        }
    }

    private void Fail(RecordingProblem problem)
    {
        _retryAt = _time.GetTimestamp() + (long)(RetryInterval.TotalSeconds * _time.TimestampFrequency);
        Change(problem);
    }

    private void Change(RecordingProblem problem)
    {
        if (problem == Problem) return;
        Problem = problem;
        OnProblem?.Invoke(problem);
    }
}
