using System.Diagnostics;
using System.Runtime.InteropServices;
using Tertulia.Recording.Composition;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;
using Xunit.Abstractions;

namespace Tertulia.Recording.Tests;

/// <summary>Runs only with TERTULIA_BENCHMARK=1: figures for people, told in CPU time since machines are shared.</summary>
public sealed class BenchmarkFactAttribute : FactAttribute
{
    public BenchmarkFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("TERTULIA_BENCHMARK") is null) Skip = "A benchmark: set TERTULIA_BENCHMARK=1.";
    }
}

public sealed partial class Benchmarks(ITestOutputHelper output)
{
    [BenchmarkFact]
    public void Capturing_a_meeting_of_ten()
    {
        const int people = 10, seconds = 60, videoPackets = 160, audioPackets = 50;
        var folder = Directory.CreateTempSubdirectory("tertulia-capture-").FullName;
        using (var recorder = MeetingRecorder.Open(new(folder, LeaveFree: 0), "rec", TimeProvider.System))
        {
            recorder.Begin(Instant.Zero, DateTimeOffset.UnixEpoch, "rec", "mtg", "Benchmark");
            var replay = new TapReplay();
            var record = new byte[2048];
            var payload = new byte[1150];
            var streams = Enumerable.Range(0, people * 2).Select(i => new TapStream(
                i + 1, $"peer{i / 2}", i % 2 == 0 ? TapSource.Camera : TapSource.Microphone, i % 2 == 0 ? CodecKind.Vp8 : CodecKind.Opus, 90_000, 0)).ToList();
            foreach (var stream in streams) replay.TryReplay(record.AsSpan(0, TapRecord.WriteStream(record, Instant.Zero, stream)), recorder);
            var before = Own();
            for (var second = 0; second < seconds; second++)
            {
                foreach (var stream in streams)
                {
                    for (var i = 0; i < (stream.IsVideo ? videoPackets : audioPackets); i++)
                    {
                        // As the queue does: written once by the room's thread, read by the recorder's.
                        var length = TapRecord.WritePacket(record, new TappedPacket
                        {
                            Stream = stream,
                            At = Instant.FromMilliseconds(second * 1000 + i),
                            Codec = stream.Codec,
                            SequenceNumber = new(second * 1000 + i),
                            Timestamp = 0,
                            Marker = true,
                            Payload = payload.AsSpan(0, stream.IsVideo ? 1150 : 120),
                        });
                        replay.TryReplay(record.AsSpan(0, length), recorder);
                    }
                }
            }

            var spent = Own() - before;
            output.WriteLine($"capture, 10 people, {people * (videoPackets + audioPackets)} packets/s: {spent.TotalSeconds / seconds:P2} of a core");
        }

        Directory.Delete(folder, recursive: true);
    }

    [BenchmarkFact]
    public async Task Composing_a_meeting_of_nine()
    {
        foreach (var size in (string[])["640x360", "1280x720"])
        {
            const int seconds = 10;
            using var meeting = new SyntheticMeeting();
            for (var i = 0; i < 9; i++)
            {
                meeting.Join($"p{i}", $"Participant {i}");
                meeting.Video($"p{i}", "testsrc2=alpha=255", 0, seconds, size);
                meeting.Audio($"p{i}", t => 0.2 * Math.Sin(t * (300 + i * 100)), 0, seconds);
            }

            meeting.Write(seconds);
            var (own, children, watch) = (Own(), Children(), Stopwatch.StartNew());
            await meeting.ComposeAsync();
            var wall = watch.Elapsed.TotalSeconds;
            var cpu = (Own() - own + (Children() - children)).TotalSeconds;
            output.WriteLine($"composing 9 × {size}: {seconds / wall:F2} × real time by the clock, {cpu / seconds:F2} CPU seconds a second, so {2 * seconds / cpu:F2} × on two cores alone");
        }
    }

    private static TimeSpan Own() => Process.GetCurrentProcess().TotalProcessorTime;

    private static TimeSpan Children()
    {
        _ = getrusage(-1, out var usage);
        return TimeSpan.FromSeconds(usage.UserSeconds + usage.SystemSeconds) + TimeSpan.FromMicroseconds(usage.UserMicroseconds + usage.SystemMicroseconds);
    }

    [LibraryImport("libc")]
    private static partial int getrusage(int who, out Usage usage);

    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Usage
    {
        public long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds;
    }
}
