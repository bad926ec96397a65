namespace Tertulia.Storage;

/// <summary>Times are stored in whole milliseconds since 1970, which sort and compare alike in both engines.</summary>
public static class Timestamps
{
    public static long ToStored(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? ToStored(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset FromStored(long stored) => DateTimeOffset.FromUnixTimeMilliseconds(stored);

    public static DateTimeOffset? FromStored(long? stored) => stored is { } value ? FromStored(value) : null;

    /// <summary>The time as it will be read back.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => FromStored(ToStored(time));
}
