using Tertulia.Rtc.Net;
using Tertulia.Rtc.Rtp;

namespace Tertulia.Rtc.Fec;

/// <summary>
/// Makes FlexFEC-03 repair packets for one outgoing stream. The packets sent are thought of as rows of equal length, one below
/// the other. Each row yields a repair packet; with diagonals on, each packet is also protected by a diagonal through the rows
/// (column 0 of the newest, column 1 of the one before, ...). A row repairs a single loss at once; diagonals repair bursts
/// shorter than a row, and both together most patterns of scattered loss, without the delay of complete columns.
/// </summary>
public sealed class FlexFecEncoder(Ssrc protectedSsrc, MutableExtensions mutable)
{
    public const int MinRowLength = 2;
    public const int MaxRowLength = 10;

    private FecAccumulator _row = null!;
    private FecAccumulator[] _diagonals = [];
    private int _rowNumber;
    private int _column;
    private bool _rowIsDue;
    private bool _diagonalIsDue;

    /// <summary>Media packets that one repair packet follows; 0 while nothing is protected.</summary>
    public int RowLength { get; private set; }

    public bool HasDiagonals { get; private set; }

    /// <summary>Media packets in the row that is not complete yet.</summary>
    public int Pending => _column;

    /// <summary>Repair packets for each media packet.</summary>
    public double Overhead => RowLength == 0 ? 0 : (HasDiagonals ? 2.0 : 1.0) / RowLength;

    /// <summary>Payload bytes of the repair packet that is due now; 0 for none.</summary>
    public int DueLength => _rowIsDue ? _row.Length : _diagonalIsDue ? Diagonal(0).Length : 0;

    /// <summary>Protects what is sent from now on.</summary>
    /// <param name="rowLength">From <see cref="MinRowLength"/> to <see cref="MaxRowLength"/>.</param>
    public void Start(int rowLength, bool withDiagonals)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowLength, MinRowLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowLength, MaxRowLength);
        if (rowLength == RowLength && withDiagonals == HasDiagonals) return;
        Stop();
        Allocate();
        (RowLength, HasDiagonals) = (rowLength, withDiagonals);
    }

    /// <summary>Protects nothing more; what is not complete is forgotten.</summary>
    public void Stop()
    {
        if (RowLength == 0) return;
        _row.Clear();
        foreach (var diagonal in _diagonals) diagonal.Clear();
        (_rowIsDue, _diagonalIsDue, _column, _rowNumber, RowLength, HasDiagonals) = (false, false, 0, 0, 0, false);
    }

    /// <summary>
    /// Takes a media packet as it will be sent, before encryption; then repair packets may be due, which must be taken before
    /// the next one comes or are lost.
    /// </summary>
    public void Add(ReadOnlySpan<byte> packet)
    {
        if (RowLength == 0 || packet.Length > DatagramBatch.MaxDatagramSize || !RtpPacket.TryParse(packet, out var parsed)) return;
        while (DueLength > 0) Taken();
        Span<ByteRange> ranges = stackalloc ByteRange[MutableExtensions.MaxRanges];
        var zeroed = ranges[..mutable.Find(parsed, ranges)];
        _row.TryAdd(packet, zeroed);
        if (HasDiagonals) Diagonal(_column).TryAdd(packet, zeroed);
        if (++_column == RowLength) EndRow();
    }

    /// <summary>Ends the row early, so that the packets in it do not wait for the next ones.</summary>
    public void EndRow()
    {
        if (_column == 0) return;
        _rowIsDue = true;

        // The first diagonals are short: one of a single packet would only repeat it.
        _diagonalIsDue = HasDiagonals && Diagonal(0).Count > 1;
        if (HasDiagonals && !_diagonalIsDue) Diagonal(0).Clear();
        _column = 0;
        if (!_diagonalIsDue) NextRow();
    }

    /// <summary>Writes the payload of the repair packet that is due, <see cref="DueLength"/> bytes.</summary>
    public void TakeDue(Span<byte> payload)
    {
        (_rowIsDue ? _row : Diagonal(0)).Write(payload, protectedSsrc);
        Taken();
    }

    private void Taken()
    {
        if (_rowIsDue)
        {
            _row.Clear();
            _rowIsDue = false;
            return;
        }

        Diagonal(0).Clear();
        _diagonalIsDue = false;
        NextRow();
    }

    // Most streams never need protection, and keep no memory for it.
    private void Allocate()
    {
        if (_diagonals.Length > 0) return;
        _row = new FecAccumulator();
        _diagonals = [.. Enumerable.Range(0, MaxRowLength).Select(_ => new FecAccumulator())];
    }

    private void NextRow() => _rowNumber = (_rowNumber + 1) % RowLength;

    // The packet in column c lies on the diagonal that ends c rows later.
    private FecAccumulator Diagonal(int column) => _diagonals[(_rowNumber + column) % RowLength];
}
