using System.Diagnostics;
using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Measures;
using Tertulia.LoadTest.Targets;

namespace Tertulia.LoadTest.Scenarios;

/// <summary>One scenario against one freshly started server: fill the rooms, wait until media flows, measure, end.</summary>
internal sealed class ScenarioRun(RunOptions options, ITarget target, IReadOnlyList<ClientLoop> loops)
{
    private const int JoinsAtOnce = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly List<TargetClient> _clients = [];
    private readonly List<string> _rooms = [];
    private readonly JoinTimes _joins = new();
    private int _nextLoop;

    public async Task<RunResult> RunAsync()
    {
        var atStart = ProcessUsage.Of(target.ProcessId);
        var filling = Stopwatch.StartNew();
        await FillAsync();
        Console.Error.WriteLine($"  {target.Name}: {_clients.Count} clients after {filling.Elapsed.TotalSeconds:0.0} s");
        await Task.Delay(options.Warmup);
        var filled = ProcessUsage.Of(target.ProcessId);
        var measured = await MeasureAsync();
        var result = measured with
        {
            Target = target.Name,
            Clients = _clients.Count,
            JoinMedian = _joins.Percentile(0.5),
            Join95 = _joins.Percentile(0.95),
            Join99 = _joins.Percentile(0.99),
            MemoryPerClient = (filled.ResidentBytes - atStart.ResidentBytes) / (double)Math.Max(1, _clients.Count),
        };
        foreach (var client in _clients) await client.DisposeAsync();
        return result;
    }

    private async Task FillAsync()
    {
        var crowds = options.Scenario.Crowds(options.Size);
        for (var i = options.Scenario.Rooms(options.Size); i > 0; i--) _rooms.Add(await target.OpenRoomAsync(options.Scenario.Churns ? 1000 : crowds.Sum(crowd => crowd.Count)));

        // One kind after the other, so that viewers find somebody to see; and in each kind a few at once, room by room.
        foreach (var crowd in crowds)
        {
            var seats = Enumerable.Range(0, crowd.Count).SelectMany(_ => _rooms);
            await Parallel.ForEachAsync(seats, new ParallelOptions { MaxDegreeOfParallelism = JoinsAtOnce }, async (room, _) => await JoinAsync(room, crowd.Plan));
        }

        if (options.Scenario.Churns) return;
        var receivers = _clients.Where(client => client.Plan.Subscribes && Expects(client, crowds)).Select(client => client.FirstMedia).ToList();
        await Task.WhenAll(receivers).WaitAsync(s_patience);
    }

    private static bool Expects(TargetClient client, IReadOnlyList<Crowd> crowds) =>
        crowds.Sum(crowd => crowd.Plan.Media is { HasAudio: false, HasVideo: false } ? 0 : crowd.Count) > (client.Plan.Media is { HasAudio: false, HasVideo: false } ? 0 : 1);

    private async Task<TargetClient> JoinAsync(string room, ClientPlan plan)
    {
        var loop = loops[(int)((uint)Interlocked.Increment(ref _nextLoop) % (uint)loops.Count)];
        var client = await target.JoinAsync(room, plan with { Media = plan.Media.AtRate(options.Rate) }, loop);
        _joins.Watch(client);
        lock (_clients) _clients.Add(client);
        return client;
    }

    private async Task<RunResult> MeasureAsync()
    {
        await TakeLatenciesAsync(new());
        _joins.Restart(options.Scenario.Churns);
        var (received, usage, counters, own, clock) = (await TotalsAsync(), ProcessUsage.Of(target.ProcessId), await target.ReadCountersAsync(), Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        if (options.Scenario.Churns) await ChurnAsync();
        else await Task.Delay(options.Duration);
        var seconds = clock.Elapsed.TotalSeconds;
        var (usageThen, ownThen, receivedThen, countersThen) = (ProcessUsage.Of(target.ProcessId), Environment.CpuUsage.TotalTime, await TotalsAsync(), await target.ReadCountersAsync());
        var latency = new LatencyHistogram();
        await TakeLatenciesAsync(latency);
        return RunResult.Of(seconds, receivedThen - received, usageThen - usage, countersThen - counters, (ownThen - own).TotalSeconds, latency, _joins.Count);
    }

    // Someone comes at each beat and goes when the stay is over.
    private async Task ChurnAsync()
    {
        var stay = TimeSpan.FromSeconds(3);
        var plan = options.Scenario.Crowds(options.Size)[0].Plan;
        var interval = TimeSpan.FromSeconds(1 / (options.Size * options.Rate));
        var visits = new List<Task>();
        for (var (clock, count) = (Stopwatch.StartNew(), 0); clock.Elapsed < options.Duration; count++)
        {
            visits.Add(VisitAsync(_rooms[count % _rooms.Count], plan, stay));
            if (interval * (count + 1) - clock.Elapsed is { Ticks: > 0 } wait) await Task.Delay(wait);
        }

        await Task.WhenAll(visits);
    }

    private async Task VisitAsync(string room, ClientPlan plan, TimeSpan stay)
    {
        var loop = loops[(int)((uint)Interlocked.Increment(ref _nextLoop) % (uint)loops.Count)];
        var client = await target.JoinAsync(room, plan, loop);
        _joins.Watch(client);
        await Task.Delay(stay);
        await client.LeaveAsync();
    }

    private async Task<ReceivedTotals> TotalsAsync() => (await Task.WhenAll(loops.Select(loop => loop.TotalsAsync()))).Aggregate((one, other) => one + other);

    private async Task TakeLatenciesAsync(LatencyHistogram histogram)
    {
        foreach (var loop in loops) await loop.TakeLatenciesAsync(histogram);
    }
}
