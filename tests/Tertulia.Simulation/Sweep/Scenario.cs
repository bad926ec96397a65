using System.Text.Json.Serialization;

namespace Tertulia.Simulation.Sweep;

/// <summary>One file of scenarios: a chapter of the report.</summary>
public sealed record ScenarioGroup
{
    public required string Title { get; init; }

    public required string About { get; init; }

    public required IReadOnlyList<Scenario> Scenarios { get; init; }
}

/// <summary>One publisher, some watchers, what their lines do over time, and what must hold meanwhile.</summary>
public sealed record Scenario
{
    /// <summary>May contain {loss}, {burst} and {rtt}, which stand for those of the line.</summary>
    public required string Name { get; init; }

    public ulong Seed { get; init; } = 1;

    public double Seconds { get; init; } = 70;

    /// <summary>What the table shows begins here, when the call has settled; bars have windows of their own.</summary>
    public double MeasureFrom { get; init; } = 10;

    /// <summary>A camera in three sizes with temporal sublayers; else one plain encoding, as the seed's client sends.</summary>
    public bool Simulcast { get; init; }

    /// <summary>Of the plain camera.</summary>
    public double CameraKbps { get; init; } = 1000;

    public bool FlexFec { get; init; } = true;

    /// <summary>The watchers take redundant audio (RFC 2198), as Chromium does; Firefox does not.</summary>
    public bool Red { get; init; } = true;

    public int Watchers { get; init; } = 1;

    /// <summary>So many of the watchers have <see cref="Line"/>, the others a perfect one.</summary>
    public int Impaired { get; init; } = 1;

    /// <summary>The impaired watchers sit behind one bottleneck.</summary>
    public bool SharedLine { get; init; }

    public LineState Line { get; init; } = new();

    public IReadOnlyList<LineChange> Changes { get; init; } = [];

    /// <summary>Downloads on the first watcher's line.</summary>
    public IReadOnlyList<DownloadPlan> Downloads { get; init; } = [];

    /// <summary>Parts per million by which the publisher's clock is fast, and the watchers' is slow.</summary>
    public double ClockSkewPpm { get; init; }

    /// <summary>First numbers of the camera's stream, to bring a wrap near.</summary>
    public ushort? FirstSequenceNumber { get; init; }

    public uint? FirstTimestamp { get; init; }

    /// <summary>Runs the same meeting without impairments too: how far may the unimpaired watchers differ, 0-1?</summary>
    public double? OthersWithin { get; init; }

    public IReadOnlyList<Bar> Bars { get; init; } = [];

    /// <summary>Drawn in the report, and not only a row of its table.</summary>
    public bool Chart { get; init; }

    /// <summary>Also run by the tests, where minutes are dear.</summary>
    public bool Quick { get; init; }

    /// <summary>One scenario for each combination.</summary>
    public Variations? ForEach { get; init; }
}

/// <summary>A watcher's line; what is not given stays as it was.</summary>
public record LineState
{
    public double? Kbps { get; init; }

    public double? RttMs { get; init; }

    /// <summary>Percent.</summary>
    public double? Loss { get; init; }

    /// <summary>Mean length of loss bursts in packets.</summary>
    public double? Burst { get; init; }

    public double? JitterMs { get; init; }

    /// <summary>Percent of packets that come behind others.</summary>
    public double? Reordered { get; init; }

    public double? QueueMs { get; init; }

    public void ApplyTo(SimulatedBrowser watcher)
    {
        var down = watcher.Downlink.Conditions;
        if (Kbps is { } rate) down.BitsPerSecond = (long)(rate * 1000);
        if (RttMs is { } roundTrip) watcher.Uplink.Conditions.Delay = down.Delay = TimeSpan.FromMilliseconds(roundTrip / 2);
        if (Loss is { } loss) down.Loss = loss / 100;
        if (Burst is { } burst) down.BurstLength = burst;
        if (Reordered is { } reordered) down.Reordering = reordered / 100;
        if (QueueMs is { } queue) down.QueueLimit = TimeSpan.FromMilliseconds(queue);
        if (JitterMs is not { } jitter) return;
        down.Jitter = TimeSpan.FromMilliseconds(jitter);
        down.KeepsOrder = true;
    }
}

public sealed record LineChange : LineState
{
    /// <summary>Seconds since the beginning.</summary>
    public required double At { get; init; }
}

public sealed record DownloadPlan
{
    public double From { get; init; }

    public double To { get; init; } = double.MaxValue;
}

public sealed record Variations
{
    public IReadOnlyList<double> Loss { get; init; } = [];

    public IReadOnlyList<double> Burst { get; init; } = [];

    public IReadOnlyList<double> RttMs { get; init; } = [];
}

/// <summary>What must hold in a part of a scenario.</summary>
public sealed record Bar
{
    public required Measure Measure { get; init; }

    /// <summary>Seconds since the beginning; the scenario's measured part unless given.</summary>
    public double? From { get; init; }

    public double? To { get; init; }

    public double? AtLeast { get; init; }

    public double? AtMost { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<Measure>))]
public enum Measure
{
    /// <summary>Longest time without a new frame, ms.</summary>
    LongestFreeze,

    /// <summary>Seconds a minute that the picture was frozen, as W3C's totalFreezesDuration counts it.</summary>
    FrozenPerMinute,

    /// <summary>Frames a second.</summary>
    FrameRate,

    /// <summary>Mean estimate, kbit/s.</summary>
    Estimate,

    /// <summary>Share of the capacity that was delivered, with the downloads', 0-1.</summary>
    Used,

    /// <summary>95th percentile of the bottleneck's queue, ms.</summary>
    Queue,

    /// <summary>Rows of the picture at the end of the part.</summary>
    Height,

    /// <summary>Seconds until the picture moves steadily: a second in which no frame is late by 300 ms.</summary>
    MovingAgain,

    /// <summary>Seconds until the picture has its full size.</summary>
    BestLayer,

    /// <summary>Our share of what we and the downloads got through, 0-1.</summary>
    ShareOfLine,

    /// <summary>Share of the sound that the player made up, 0-1.</summary>
    Concealed,

    /// <summary>Retransmissions and repair packets as a share of media packets, 0-1.</summary>
    RepairShare,
}
