using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Tertulia.Rtc.Net;
using Tertulia.Udp;

namespace Tertulia.Media.Tests.Udp;

public sealed class SegmentRunsTests
{
    private static readonly NetworkPath[] Paths = Enumerable.Range(1, 4)
        .Select(i => new NetworkPath(TransportAddress.From(IPAddress.Parse($"192.0.2.{i}"), 5000), default))
        .ToArray();

    private static readonly int[] Sizes = [0, 1, 100, 101, 1200, DatagramBatch.MaxDatagramSize];

    [Fact]
    public void A_fan_out_becomes_one_run_for_each_receiver()
    {
        var batch = new DatagramBatch(64);
        for (var packet = 0; packet < 8; packet++)
        {
            foreach (var path in Paths) batch.Add(path, new byte[packet == 7 ? 700 : 1200]); // the end of a frame is shorter
        }

        var runs = new SegmentRuns();
        runs.Build(batch);
        Assert.Equal(4, runs.Count);
        for (var i = 0; i < runs.Count; i++)
        {
            Assert.Equal(8, runs[i].Segments);
            Assert.Equal(1200, runs[i].SegmentSize);
            Assert.Equal(7 * 1200 + 700, runs[i].Bytes);
        }
    }

    [Fact]
    public void Whatever_is_in_a_batch_is_in_exactly_one_run_in_order() => Prop.ForAll<int[]>(choices =>
    {
        var batch = new DatagramBatch(300);
        foreach (var choice in choices.Take(300))
        {
            var path = Paths[(choice & int.MaxValue) % Paths.Length];
            var size = Sizes[(choice & int.MaxValue) / Paths.Length % Sizes.Length];
            batch.Add(path, new byte[size]);
        }

        var runs = new SegmentRuns();
        runs.Build(batch); // twice, as a port does
        runs.Build(batch);
        var seen = new List<int>();
        var lastOfPath = new Dictionary<NetworkPath, int>();
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            var entries = new List<int>();
            for (var entry = run.First; entry >= 0; entry = runs.Next(entry)) entries.Add(entry);
            Assert.Equal(run.Segments, entries.Count);
            Assert.Equal(run.Bytes, entries.Sum(e => batch[e].Length));
            Assert.InRange(run.Segments, 1, SegmentRuns.DefaultMaxSegments);
            Assert.InRange(run.Bytes, 0, 65_000);
            foreach (var entry in entries)
            {
                var path = batch[entry].Path;
                Assert.Equal(batch[run.First].Path, path);
                Assert.True(lastOfPath.GetValueOrDefault(path, -1) < entry);
                lastOfPath[path] = entry;
                if (entry != run.Last) Assert.Equal(run.SegmentSize, batch[entry].Length);
                else Assert.InRange(batch[entry].Length, run.Segments > 1 ? 1 : 0, run.SegmentSize);
            }

            seen.AddRange(entries);
        }

        Assert.Equal(Enumerable.Range(0, batch.Count), seen.Order());
    }).QuickCheckThrowOnFailure();
}
