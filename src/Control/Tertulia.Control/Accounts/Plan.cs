namespace Tertulia.Control.Accounts;

/// <summary>What an account may do. A limit of null is no limit.</summary>
/// <param name="VideoHeight">Lines of the largest picture that is forwarded.</param>
/// <param name="TranscriptDays">How long transcripts are kept.</param>
/// <param name="RecordingDays">How long recordings are kept.</param>
public sealed record Plan(
    string Name,
    long? ApiCallsPerMonth = null,
    int? ParticipantsPerMeeting = null,
    int? VideoHeight = null,
    bool Recording = true,
    bool Summaries = true,
    int? TranscriptDays = null,
    int? RecordingDays = null)
{
    /// <summary>The plan of a self-hoster's own account.</summary>
    public const string Unlimited = "unlimited";

    /// <summary>Participants of a meeting that neither its settings nor its plan limit.</summary>
    public const int DefaultParticipants = 50;

    /// <summary>The most that a meeting can be asked to hold at all.</summary>
    public const int MostParticipants = 10_000;

    /// <summary>How many may be in a meeting for which <paramref name="requested"/> was asked.</summary>
    public int EffectiveParticipants(int? requested) =>
        Math.Min(requested ?? ParticipantsPerMeeting ?? DefaultParticipants, ParticipantsPerMeeting ?? MostParticipants);
}

/// <summary>The plans of this deployment: the usual ones, overridden and added to by configuration.</summary>
public sealed class PlanCatalog
{
    public static readonly IReadOnlyList<Plan> Defaults =
    [
        new(Plan.Unlimited),
        new("free", ApiCallsPerMonth: 100, ParticipantsPerMeeting: 10, VideoHeight: 720, Recording: false, Summaries: false, TranscriptDays: 30),
        new("pro", ParticipantsPerMeeting: 50, VideoHeight: 1080, TranscriptDays: 90),
        new("enterprise"),
    ];

    private readonly Dictionary<string, Plan> _plans;

    /// <param name="configured">Takes the place of a default of the same name.</param>
    public PlanCatalog(IEnumerable<Plan> configured) =>
        _plans = Defaults.Concat(configured).GroupBy(plan => plan.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);

    public bool Contains(string name) => _plans.ContainsKey(name);

    /// <summary>The plan of that name; an account whose plan was taken out of the configuration falls back to the strictest default.</summary>
    public Plan Find(string name) => _plans.TryGetValue(name, out var plan) ? plan : _plans["free"];
}
