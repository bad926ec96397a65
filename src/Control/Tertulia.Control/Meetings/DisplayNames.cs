using System.Globalization;
using Tertulia.Contracts.Signaling;

namespace Tertulia.Control.Meetings;

/// <summary>Keeps display names distinct: they are what chat and captions name a speaker by.</summary>
internal sealed class DisplayNames
{
    private const string Guest = "Guest ";
    private int _lastGuest;

    /// <summary>A name that nobody in this meeting has or had.</summary>
    public string Invent() => Guest + (++_lastGuest).ToString(CultureInfo.InvariantCulture);

    /// <summary>A name that was used in this meeting before: it will not be invented again.</summary>
    public void Saw(string name)
    {
        if (name.StartsWith(Guest, StringComparison.OrdinalIgnoreCase) &&
            int.TryParse(name.AsSpan(Guest.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1_000_000)
            _lastGuest = Math.Max(_lastGuest, number);
    }

    /// <summary>The name itself, or with a number behind it while somebody present bears it: "Ada (2)".</summary>
    public static string Distinct(string name, IEnumerable<ParticipantSession> present)
    {
        var taken = present.Select(session => session.DisplayName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var distinct = name;
        for (var number = 2; taken.Contains(distinct); number++)
        {
            var suffix = $" ({number.ToString(CultureInfo.InvariantCulture)})";
            distinct = Shorten(name, SignalingLimits.DisplayName - suffix.Length) + suffix;
        }
        return distinct;
    }

    private static string Shorten(string name, int length)
    {
        if (name.Length <= length) return name;
        return name[..(char.IsHighSurrogate(name[length - 1]) ? length - 1 : length)];
    }
}
