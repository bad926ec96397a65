namespace Tertulia.Control.Meetings;

/// <summary>How often each participant has come of late. Whoever comes and goes without end would keep the others busy.</summary>
internal sealed class ConnectLimit(MeetingOptions options)
{
    private readonly Dictionary<string, (DateTimeOffset Since, int Count)> _participants = [];

    public bool TryCount(string peerId, DateTimeOffset now)
    {
        var (since, count) = _participants.GetValueOrDefault(peerId, (now, 0));
        if (now - since >= options.ConnectsWindow) (since, count) = (now, 0);
        _participants[peerId] = (since, count + 1);
        return count < options.ConnectsPerWindow;
    }
}
