namespace Tertulia.Objects;

/// <summary>A file that is to come.</summary>
/// <param name="Key">Its name in the folder or bucket, the meeting first: <c>mtg_…/rec_…/grid.mp4</c>. Letters, digits, <c>. _ -</c> and slashes.</param>
/// <param name="FileName">What people get to see when they save it.</param>
public sealed record ObjectAnnouncement(string Key, string MeetingId, string ContentType, string FileName)
{
    internal void Check()
    {
        if (!IsKey(Key)) throw new ArgumentException($"'{Key}' is no key of an object.");
        if (!Key.StartsWith(MeetingId + "/", StringComparison.Ordinal)) throw new ArgumentException($"'{Key}' does not begin with its meeting.");
    }

    /// <summary>Nothing that a file system or an address could understand in another way.</summary>
    internal static bool IsKey(string key) =>
        key.Length is > 0 and <= 300 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/') &&
        key.Split('/').All(part => part.Length > 0 && part[0] != '.');
}
