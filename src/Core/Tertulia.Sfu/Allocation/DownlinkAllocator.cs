using Tertulia.Rtc.Congestion;
using Tertulia.Rtc.Net;
using Tertulia.Sfu.Forwarding;
using Tertulia.Sfu.Layers;

namespace Tertulia.Sfu.Allocation;

/// <summary>
/// Divides what a receiver's line can carry: audio first, then every visible video a little, then copies that repair audio, then the
/// screen and the active speaker as much as they can use, then the others in turn. Raising needs more room than keeping, so that a
/// wavering estimate does not make pictures waver.
/// </summary>
internal sealed class DownlinkAllocator
{
    private const long AudioBitsPerSecond = 50_000;
    private const double RaiseMargin = 1.15;

    // A wavering picture is better than none.
    private const double LeastMargin = 1.03;

    private readonly List<Share> _shares = [];
    private int _used;

    /// <param name="line">What the line is estimated to carry, and how that came about.</param>
    /// <returns>Bits a second that the line must be known to carry before everything is sent.</returns>
    public long Allocate(Instant now, SendSideBandwidthEstimator line, List<DownlinkSection> sections, Func<Subscription, VideoDemand> demandOf)
    {
        _used = 0;
        var budget = line.Estimate.BitsPerSecond;
        var (demand, copies) = (0L, 0L);
        foreach (var section in sections)
        {
            if (section.Subscription is not { Track: { } track } subscription) continue;
            if (subscription.Kind == Rtc.Sdp.MediaKind.Audio)
            {
                subscription.Select(now, track.OnlyLayer is { } layer ? new LayerTarget(layer, 0, 0) : null);
                if (track.IsMuted || track.IsWithheld) continue;
                budget -= AudioBitsPerSecond;
                demand += AudioBitsPerSecond;
                copies += (long)(AudioBitsPerSecond * subscription.RepairOverhead);
                continue;
            }

            var wanted = demandOf(subscription);
            if (wanted.IsHidden || track.IsMuted)
            {
                subscription.Select(now, null, wanted.IsHidden ? SelectionReason.Hidden : SelectionReason.Muted);
                continue;
            }

            var share = Take();
            share.Subscription = subscription;
            share.Demand = wanted;
            share.Chosen = -1;
            share.IsHeldBack = LayerOptions.Collect(now, track, wanted, subscription.RepairOverhead, share.Options);
            if (share.Options.Count > 0) demand += (long)(share.Options[^1].BitsPerSecond * RaiseMargin);
        }

        SortByImportance();
        for (var i = 0; i < _used; i++) _shares[i].Begin(now, line.LastChange, ref budget);
        Divide(budget - copies);
        for (var i = 0; i < _used; i++) _shares[i].Apply(now);
        return demand + copies;
    }

    private void Divide(long budget)
    {
        for (var i = 0; i < _used; i++)
        {
            if (_shares[i].Demand.Priority == VideoPriority.Tile || _shares[i].Chosen < 0) continue;
            while (_shares[i].TryRaise(ref budget))
            {
            }
        }

        for (var raised = true; raised;)
        {
            raised = false;
            for (var i = 0; i < _used; i++) raised |= _shares[i].Chosen >= 0 && _shares[i].TryRaise(ref budget);
        }
    }

    // Insertion: the order hardly changes from one second to the next, and List.Sort allocates.
    private void SortByImportance()
    {
        for (var i = 1; i < _used; i++)
        {
            for (var j = i; j > 0 && _shares[j].IsMoreImportantThan(_shares[j - 1]); j--) (_shares[j], _shares[j - 1]) = (_shares[j - 1], _shares[j]);
        }
    }

    private Share Take()
    {
        if (_used == _shares.Count) _shares.Add(new Share());
        return _shares[_used++];
    }

    private sealed class Share
    {
        public Subscription Subscription = null!;
        public VideoDemand Demand;
        public int Chosen;
        public bool IsHeldBack;
        public readonly List<LayerOption> Options = [];

        public bool IsMoreImportantThan(Share other) =>
            Demand.Priority != other.Demand.Priority ? Demand.Priority > other.Demand.Priority : Demand.Height > other.Demand.Height;

        /// <summary>
        /// The least that there is, if the line carries it; of a plain camera also for as long as that is in doubt.
        /// </summary>
        public void Begin(Instant now, in BandwidthChange lineChange, ref long budget)
        {
            if (TryRaise(ref budget))
            {
                Subscription.Doubt.Clear();
                return;
            }

            if (Options.Count == 0 || !Subscription.Track!.IsPlain) return;
            if (!Subscription.Doubt.MayTry(now, Options[0], lineChange, budget, Subscription.IsLineMeasured)) return;
            Chosen = 0;
            budget -= Options[0].BitsPerSecond;
        }

        public bool TryRaise(ref long budget)
        {
            if (Chosen + 1 >= Options.Count) return false;
            var next = Options[Chosen + 1];
            var extra = next.BitsPerSecond - (Chosen < 0 ? 0 : Options[Chosen].BitsPerSecond);
            var isHeld = Subscription.Target is { } held && CostOf(held) >= next.BitsPerSecond;
            if (extra * (isHeld ? 1 : Chosen < 0 ? LeastMargin : RaiseMargin) > budget) return false;
            budget -= extra;
            Chosen++;
            return true;
        }

        public void Apply(Instant now)
        {
            if (Options.Count == 0) Subscription.Select(now, null, SelectionReason.NotSent);
            else if (Chosen < 0) Subscription.Select(now, null, SelectionReason.Bandwidth);
            else Subscription.Select(now, Options[Chosen].Target, Reason);
        }

        private SelectionReason Reason => Chosen < Options.Count - 1 ? SelectionReason.Bandwidth : IsHeldBack ? SelectionReason.Publisher : SelectionReason.Best;

        private long CostOf(in LayerTarget held)
        {
            foreach (var option in Options)
            {
                if (option.Target == held) return option.BitsPerSecond;
            }

            return 0;
        }
    }
}

/// <summary>Why a receiver gets what it gets of a video: the answer to "why was it blurry?".</summary>
public enum SelectionReason
{
    /// <summary>Nothing was decided yet.</summary>
    None,

    /// <summary>The best that there is for the place it is shown in.</summary>
    Best,

    /// <summary>The receiver's line does not carry more.</summary>
    Bandwidth,

    /// <summary>The best that the publisher sends now: it has given up larger encodings, for want of bandwidth or computing power.</summary>
    Publisher,

    /// <summary>It is not on the receiver's screen.</summary>
    Hidden,
    Muted,

    /// <summary>The publisher sends nothing.</summary>
    NotSent,
}
