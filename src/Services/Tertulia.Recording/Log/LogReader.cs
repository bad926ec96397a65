using System.Buffers.Binary;

namespace Tertulia.Recording.Log;

/// <summary>Reads a log from its start to the last whole record, whether or not it was closed properly.</summary>
internal sealed class LogReader : IDisposable
{
    private readonly FileStream _file;
    private byte[] _record = new byte[64 * 1024];

    /// <exception cref="InvalidDataException">This is no log.</exception>
    public LogReader(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1024 * 1024, FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[LogRecord.Magic.Length];
        if (_file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual(LogRecord.Magic)) return;
        _file.Dispose();
        throw new InvalidDataException("This is no recording log.");
    }

    public long Length => _file.Length;

    public long Position => _file.Position;

    /// <summary>Where the last whole record ends.</summary>
    public long GoodLength { get; private set; } = LogRecord.Magic.Length;

    /// <summary>The record is valid until the next call. False at the end, and where damage begins.</summary>
    public bool TryRead(out ReadOnlySpan<byte> record)
    {
        record = default;
        Span<byte> head = stackalloc byte[LogRecord.HeadLength];
        if (_file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > LogRecord.MaxLength) return false;
        if (length > _record.Length) _record = new byte[length];
        var read = _record.AsSpan(0, length);
        if (_file.ReadAtLeast(read, length, throwOnEndOfStream: false) < length) return false;
        if (LogRecord.Checksum(read) != BinaryPrimitives.ReadUInt32LittleEndian(head[4..])) return false;
        GoodLength += LogRecord.HeadLength + length;
        record = read;
        return true;
    }

    public void Dispose() => _file.Dispose();
}
