using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tertulia.Storage;

/// <summary>Where a page of a list ended: the sort key of its last row and, where that is not unique, its id. Opaque to clients.</summary>
public readonly record struct Cursor(long Key, string Id = "")
{
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Key.ToString(CultureInfo.InvariantCulture)}:{Id}"));

    public static bool TryParse(string text, out Cursor cursor)
    {
        cursor = default;
        if (text.Length > 200 || !Base64Url.IsValid(text)) return false;
        var decoded = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        var colon = decoded.IndexOf(':');
        // A zero byte is text that PostgreSQL refuses.
        if (colon < 0 || decoded.Contains('\0') || !long.TryParse(decoded.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key)) return false;
        cursor = new Cursor(key, decoded[(colon + 1)..]);
        return true;
    }
}

/// <summary>Part of a list; <see cref="Next"/> is null at its end.</summary>
public sealed record Slice<T>(IReadOnlyList<T> Items, Cursor? Next)
{
    /// <summary>Cuts a result that was asked for with one row more than <paramref name="limit"/>.</summary>
    internal static Slice<T> Of(IReadOnlyList<T> rows, int limit, Func<T, Cursor> cursor) =>
        rows.Count <= limit ? new(rows, null) : new([.. rows.Take(limit)], cursor(rows[limit - 1]));
}
