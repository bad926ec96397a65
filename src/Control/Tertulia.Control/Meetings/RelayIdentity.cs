using System.Diagnostics.CodeAnalysis;

namespace Tertulia.Control.Meetings;

/// <summary>By which name the TURN server knows a participant of a meeting.</summary>
public static class RelayIdentity
{
    private const char Separator = '/';

    public static string Of(string meetingId, string peerId) => $"{meetingId}{Separator}{peerId}";

    public static bool TryParse(string id, [NotNullWhen(true)] out string? meetingId, [NotNullWhen(true)] out string? peerId)
    {
        var at = id.IndexOf(Separator, StringComparison.Ordinal);
        meetingId = at > 0 ? id[..at] : null;
        peerId = at > 0 ? id[(at + 1)..] : null;
        return at > 0;
    }
}
