using Tertulia.Rtc;
using Tertulia.Rtc.Net;
using Tertulia.Sfu;

namespace Tertulia.Simulation.Sweep;

/// <summary>Plays one scenario in virtual time.</summary>
public static class ScenarioRun
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static Outcome Play(Scenario scenario)
    {
        var recordings = Record(scenario, impaired: true);
        var to = scenario.Seconds;
        List<BarResult> bars = [];
        foreach (var bar in scenario.Bars)
        {
            // Of several on bad lines the worst counts.
            var values = recordings.Take(Math.Max(1, scenario.Impaired)).Select(recording => recording.Evaluate(bar.Measure, bar.From ?? scenario.MeasureFrom, bar.To ?? to));
            bars.Add(new BarResult(bar, bar.AtLeast is not null ? values.Min() : values.Max()));
        }

        if (scenario.OthersWithin is { } within) bars.Add(new BarResult(new Bar { Measure = Measure.FrameRate, AtMost = within }, DifferenceOfOthers(scenario, recordings)));
        return new Outcome(scenario, recordings, bars);
    }

    // Frames and bits that the unimpaired watchers got, against the same meeting in which nobody is impaired.
    private static double DifferenceOfOthers(Scenario scenario, List<Recording> with)
    {
        var without = Record(scenario, impaired: false);
        var worst = 0.0;
        for (var i = scenario.Impaired; i < scenario.Watchers; i++)
        {
            var (frames, allFrames) = (with[i].Frames.Count(frame => frame.At >= scenario.MeasureFrom), without[i].Frames.Count(frame => frame.At >= scenario.MeasureFrom));
            var (bytes, allBytes) = (Delivered(with[i]), Delivered(without[i]));
            worst = Math.Max(worst, Math.Max(Math.Abs(1 - frames / (double)allFrames), Math.Abs(1 - bytes / allBytes)));
        }

        return worst;

        double Delivered(Recording recording)
        {
            var part = recording.Between(scenario.MeasureFrom, scenario.Seconds).ToList();
            return part[^1].DeliveredBytes - part[0].DeliveredBytes;
        }
    }

    private static List<Recording> Record(Scenario scenario, bool impaired)
    {
        using var meeting = new SimulatedMeeting(scenario.Seed);
        var ada = meeting.Join("ada", sharesDownlink: scenario.Simulcast, simulcast: scenario.Simulcast, clockSkew: scenario.ClockSkewPpm);
        PrepareCamera(scenario, ada);
        List<SimulatedBrowser> watchers = [];
        for (var i = 0; i < scenario.Watchers; i++)
        {
            watchers.Add(meeting.Join($"watcher{i}", sharesDownlink: scenario.Simulcast, takesFlexFec: scenario.FlexFec, onlyWatches: true, clockSkew: -scenario.ClockSkewPpm, knowsRed: scenario.Red));
            if (i > 0 && i < scenario.Impaired && scenario.SharedLine) watchers[i].Downlink = watchers[0].Downlink;
            if (impaired && i < scenario.Impaired) scenario.Line.ApplyTo(watchers[i]);
        }

        var start = meeting.Now;
        if (impaired) AddDownloads(scenario, meeting, watchers[0]);
        var recordings = watchers.Select(_ => new Recording()).ToList();
        var changes = impaired ? scenario.Changes.OrderBy(change => change.At).ToList() : [];
        var watched = new SimulatedPlayer?[watchers.Count];
        for (var at = 0.0; at < scenario.Seconds; at = (meeting.Now - start).TotalSeconds)
        {
            while (changes.Count > 0 && changes[0].At <= at)
            {
                for (var i = 0; i < scenario.Impaired; i++) changes[0].ApplyTo(watchers[i]);
                changes.RemoveAt(0);
            }

            meeting.Run(Step);
            for (var i = 0; i < watchers.Count; i++)
            {
                Follow(ada, watchers[i], recordings[i], start, ref watched[i]);
                recordings[i].Samples.Add(Take(meeting, ada, watchers[i], (meeting.Now - start).TotalSeconds));
            }
        }

        return recordings;
    }

    private static void PrepareCamera(Scenario scenario, SimulatedBrowser ada)
    {
        foreach (var encoding in ada.UplinkConnection.Encodings)
        {
            if (!scenario.Simulcast) encoding.BitsPerSecond = (long)(scenario.CameraKbps * 1000);
            if (scenario.FirstSequenceNumber is { } first) encoding.SequenceNumber = first;
            if (scenario.FirstTimestamp is { } timestamp) encoding.TimestampOffset = timestamp;
        }
    }

    private static void AddDownloads(Scenario scenario, SimulatedMeeting meeting, SimulatedBrowser watcher)
    {
        foreach (var plan in scenario.Downloads)
        {
            meeting.Traffic.Add(new CompetingFlow(watcher.Downlink, watcher.Uplink.Conditions.Delay)
            {
                StartsAt = meeting.Now + TimeSpan.FromSeconds(plan.From),
                EndsAt = plan.To > scenario.Seconds ? Instant.Never : meeting.Now + TimeSpan.FromSeconds(plan.To),
            });
        }
    }

    // A player exists from its stream's first packet on.
    private static void Follow(SimulatedBrowser ada, SimulatedBrowser watcher, Recording recording, Instant start, ref SimulatedPlayer? watched)
    {
        var player = watcher.Sees(ada);
        if (player == watched || player is null) return;
        watched = player;
        player.FrameDecoded = (at, height) => recording.Frames.Add(((watcher.WhenClockShows(at) - start).TotalSeconds, height));
    }

    private static Sample Take(SimulatedMeeting meeting, SimulatedBrowser publisher, SimulatedBrowser watcher, double at)
    {
        var ear = watcher.Hears(publisher)?.Ear;
        var link = watcher.Downlink;
        var connection = meeting.Room.Find(watcher.Id)!.Connections.Values.First(connection => connection.Key.Kind != ConnectionKind.Uplink).Connection;
        var sender = connection.Sender;
        var (media, retransmissions) = (0L, 0L);
        foreach (var stream in sender.Streams) (media, retransmissions) = (media + stream.PacketsSent, retransmissions + stream.PacketsRetransmitted);
        return new Sample(at, (link.Conditions.BitsPerSecond ?? 0) / 1000.0, connection.Bandwidth.Estimate.Kilobits, link.QueueAt(meeting.Now).TotalMilliseconds,
            sender.BytesSent, link.BytesDelivered - meeting.Traffic.Sum(flow => flow.BytesDelivered), meeting.Traffic.Sum(flow => flow.BytesDelivered),
            media, retransmissions + sender.RepairPacketsSent, connection.Bandwidth.Loss, connection.Bandwidth.LastChange.Reason, ear?.MadeUp ?? 0, ear?.Played ?? 0);
    }
}

/// <summary>One scenario as it went; the impaired watchers come first.</summary>
public sealed record Outcome(Scenario Scenario, IReadOnlyList<Recording> Watchers, IReadOnlyList<BarResult> Bars)
{
    public bool Holds => Bars.All(bar => bar.Holds);
}

public sealed record BarResult(Bar Bar, double Value)
{
    public bool Holds => !(Value < Bar.AtLeast) && !(Value > Bar.AtMost) && !double.IsNaN(Value);
}
