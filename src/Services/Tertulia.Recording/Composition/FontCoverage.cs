using System.Buffers.Binary;

namespace Tertulia.Recording.Composition;

/// <summary>Which characters a TrueType or OpenType font has: its table "cmap" (OpenType 1.9), formats 4 and 12.</summary>
internal sealed class FontCoverage
{
    private const uint Collection = 0x7474_6366; // "ttcf"
    private const uint CharacterMap = 0x636d_6170;
    private const int MostRanges = 200_000;

    private readonly List<(uint From, uint To)> _ranges = [];

    private FontCoverage()
    {
    }

    /// <summary>Of the first font in the file; nothing if it is none.</summary>
    public static FontCoverage Read(ReadOnlySpan<byte> font)
    {
        var coverage = new FontCoverage();
        var directory = UInt(font, 0) == Collection ? (int)UInt(font, 12) : 0;
        for (var i = 0; i < UShort(font, directory + 4); i++)
        {
            var entry = directory + 12 + i * 16;
            if (UInt(font, entry) == CharacterMap) coverage.AddTables(font, (int)UInt(font, entry + 8));
        }

        coverage._ranges.Sort();
        return coverage;
    }

    public bool Has(int character)
    {
        var (low, high) = (0, _ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (character < _ranges[middle].From) high = middle - 1;
            else if (character > _ranges[middle].To) low = middle + 1;
            else return true;
        }

        return false;
    }

    private void AddTables(ReadOnlySpan<byte> font, int map)
    {
        // The largest table that is understood has all that the others have.
        for (var i = 0; i < UShort(font, map + 2); i++)
        {
            var table = map + (int)UInt(font, map + 4 + i * 8 + 4);
            var isUnicode = UShort(font, map + 4 + i * 8) is 0 or 3;
            if (!isUnicode || _ranges.Count > MostRanges) continue;
            if (UShort(font, table) == 4) AddSegments(font, table);
            else if (UShort(font, table) == 12) AddGroups(font, table);
        }

        Merge();
    }

    private void AddSegments(ReadOnlySpan<byte> font, int table)
    {
        var count = UShort(font, table + 6) / 2;
        for (var i = 0; i < count; i++)
        {
            var end = UShort(font, table + 14 + i * 2);
            var start = UShort(font, table + 16 + (count + i) * 2);
            if (start <= end && start != 0xffff) _ranges.Add(((uint)start, (uint)end));
        }
    }

    private void AddGroups(ReadOnlySpan<byte> font, int table)
    {
        var count = Math.Min(UInt(font, table + 12), MostRanges);
        for (var i = 0; i < count; i++)
        {
            var (start, end) = (UInt(font, table + 16 + i * 12), UInt(font, table + 20 + i * 12));
            if (start <= end && end <= 0x10_ffff && end > 0) _ranges.Add((start, end));
        }
    }

    private void Merge()
    {
        _ranges.Sort();
        var kept = 0;
        for (var i = 1; i < _ranges.Count; i++)
        {
            if (_ranges[i].From <= _ranges[kept].To + 1) _ranges[kept] = (_ranges[kept].From, Math.Max(_ranges[kept].To, _ranges[i].To));
            else _ranges[++kept] = _ranges[i];
        }

        if (_ranges.Count > 0) _ranges.RemoveRange(kept + 1, _ranges.Count - kept - 1);
    }

    // What lies outside of a damaged file is 0, and so ends what is read.
    private static uint UInt(ReadOnlySpan<byte> font, int at) => at >= 0 && at <= font.Length - 4 ? BinaryPrimitives.ReadUInt32BigEndian(font[at..]) : 0;

    private static int UShort(ReadOnlySpan<byte> font, int at) => at >= 0 && at <= font.Length - 2 ? BinaryPrimitives.ReadUInt16BigEndian(font[at..]) : 0;
}
