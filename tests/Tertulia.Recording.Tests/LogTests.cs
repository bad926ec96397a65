using Tertulia.Recording.Composition;
using Tertulia.Recording.Log;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Tests;

/// <summary>A log never throws for what the disk does, loses little to a crash, and is read to where damage begins.</summary>
public sealed class LogTests : IDisposable
{
    private static readonly TapStream s_stream = new(1, "ada", TapSource.Camera, CodecKind.Vp8, 90_000, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-log-").FullName;

    private string LogPath => Path.Combine(_folder, "rec", MeetingRecorder.LogName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_in_order_and_nothing_after_damage()
    {
        Write(100);
        Assert.Equal(102, Count(LogPath));
        var bytes = File.ReadAllBytes(LogPath);
        for (var cut = bytes.Length - 1; cut > bytes.Length - 1200; cut -= 97)
        {
            File.WriteAllBytes(LogPath, bytes[..cut]);
            Assert.InRange(Count(LogPath), 98, 101);
        }

        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(LogPath, bytes);
        Assert.InRange(Count(LogPath), 45, 55);
    }

    [Fact]
    public void Garbage_is_no_log_and_random_damage_is_never_more_than_an_end()
    {
        var random = new Random(11);
        Write(30);
        var good = File.ReadAllBytes(LogPath);
        for (var round = 0; round < 300; round++)
        {
            var bad = (byte[])good.Clone();
            for (var hit = random.Next(1, 20); hit > 0; hit--) bad[random.Next(bad.Length)] = (byte)random.Next();
            File.WriteAllBytes(LogPath, bad);
            try
            {
                Assert.InRange(Survey.Read(LogPath).Packets, 0, 30);
            }
            catch (InvalidDataException)
            {
                // No log any more, or an empty one.
            }
        }

        // Past the checksums, what records say is believed by nobody either.
        var replay = new TapReplay();
        var survey = new Deaf();
        var record = new byte[300];
        for (var round = 0; round < 200_000; round++)
        {
            random.NextBytes(record);
            record[0] = (byte)(round % 8);
            record[9] = (byte)(round % 3);
            record[10] = record[11] = record[12] = 0;
            replay.TryReplay(record.AsSpan(0, random.Next(record.Length)), survey);
            FactRecord.TryRead(record, out _, out _);
        }
    }

    [Fact]
    public void A_full_disk_is_told_and_the_recording_goes_on_when_there_is_room_again()
    {
        var free = 1_000_000L;
        var problems = new List<RecordingProblem>();
        var time = new SteppedTime();
        using (var recorder = MeetingRecorder.Open(new(_folder, LeaveFree: 500_000), "rec", time, problems.Add, OpenFile, () => free))
        {
            recorder.Begin(Instant.Zero, DateTimeOffset.UnixEpoch, "rec", "mtg", "Test");
            recorder.OnStream(Instant.Zero, s_stream);
            for (var i = 0; i < 100; i++) Packet(recorder, i);
            free = 400_000;
            time.Step(TimeSpan.FromMilliseconds(300));
            for (var i = 100; i < 200; i++) Packet(recorder, i);
            recorder.Add(DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(1), new RecordedFact.Joined("ada", "Ada", "host"));
            Assert.Equal([RecordingProblem.DiskFull], problems);
            Assert.True(recorder.Dropped >= 100);
            free = 900_000;
            time.Step(TimeSpan.FromSeconds(2));
            for (var i = 200; i < 300; i++) Packet(recorder, i);
            recorder.Add(DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(3), new RecordedFact.Joined("ben", "Ben", "guest"));
            Assert.Equal([RecordingProblem.DiskFull, RecordingProblem.None], problems);
        }

        // What came before and after is whole; facts of the time between were kept for later.
        var survey = Survey.Read(LogPath);
        Assert.Equal(200, survey.Packets);
        Assert.Equal(["ada", "ben"], survey.Names.Keys.Order());
    }

    [Fact]
    public void A_disk_that_takes_half_a_record_and_refuses_leaves_a_log_that_is_whole()
    {
        var problems = new List<RecordingProblem>();
        var time = new SteppedTime();
        var disk = new StubbornDisk();
        using (var recorder = MeetingRecorder.Open(new(_folder, LeaveFree: 0), "rec", time, problems.Add, disk.Open, () => long.MaxValue))
        {
            recorder.Begin(Instant.Zero, DateTimeOffset.UnixEpoch, "rec", "mtg", "Test");
            recorder.OnStream(Instant.Zero, s_stream);
            for (var i = 0; i < 50; i++) Packet(recorder, i);
            time.Step(TimeSpan.FromMilliseconds(300));
            disk.BytesUntilError = 1000;
            for (var i = 50; i < 1200; i++) Packet(recorder, i);
            time.Step(TimeSpan.FromMilliseconds(300));
            Assert.Equal([RecordingProblem.DiskError], problems);
            disk.BytesUntilError = long.MaxValue;
            time.Step(TimeSpan.FromSeconds(2));
            for (var i = 1200; i < 1250; i++) Packet(recorder, i);
            Assert.Equal([RecordingProblem.DiskError, RecordingProblem.None], problems);
        }

        using var reader = new LogReader(LogPath);
        while (reader.TryRead(out _)) { }
        Assert.Equal(reader.Length, reader.GoodLength);
        // What the disk refused waited in memory, as far as that has room.
        Assert.InRange(Survey.Read(LogPath).Packets, 500, 1000);
    }

    [Fact]
    public void What_was_appended_is_out_of_the_process_within_a_moment()
    {
        var time = new SteppedTime();
        using var recorder = MeetingRecorder.Open(new(_folder, LeaveFree: 0), "rec", time, null, OpenFile, () => long.MaxValue);
        recorder.Begin(Instant.Zero, DateTimeOffset.UnixEpoch, "rec", "mtg", "Test");
        recorder.OnStream(Instant.Zero, s_stream);
        for (var i = 0; i < 20; i++) Packet(recorder, i);
        time.Step(TimeSpan.FromMilliseconds(250));
        // Not closed: this is what would be there after kill -9.
        Assert.Equal(20, Survey.Read(LogPath).Packets);
    }

    [Fact]
    public void What_is_on_the_disk_is_made_sure_of_every_second_without_holding_anything_up()
    {
        var time = new SteppedTime();
        var disk = new StubbornDisk();
        using var recorder = MeetingRecorder.Open(new(_folder, LeaveFree: 0), "rec", time, null, disk.Open, () => long.MaxValue);
        using var released = new Release(disk.MaySync);
        recorder.Begin(Instant.Zero, DateTimeOffset.UnixEpoch, "rec", "mtg", "Test");
        recorder.OnStream(Instant.Zero, s_stream);
        AwaitSync(1);
        disk.MaySync.Reset();
        for (var i = 0; i < 20; i++) Packet(recorder, i);
        AwaitSync(2);
        // The disk is still busy with it.
        for (var i = 20; i < 40; i++) Packet(recorder, i);
        time.Step(TimeSpan.FromMilliseconds(1100));
        Assert.Equal((2, 40L), (disk.Syncs, Survey.Read(LogPath).Packets));

        void AwaitSync(int number) => Assert.True(SpinWait.SpinUntil(
            () =>
            {
                time.Step(TimeSpan.FromMilliseconds(1100));
                return disk.Syncs == number;
            },
            TimeSpan.FromSeconds(10)));
    }

    private void Write(int packets)
    {
        using var recorder = MeetingRecorder.Open(new(_folder, LeaveFree: 0), "rec", TimeProvider.System, null);
        recorder.Begin(Instant.Zero, DateTimeOffset.UnixEpoch, "rec", "mtg", "Test");
        recorder.OnStream(Instant.Zero, s_stream);
        for (var i = 0; i < packets; i++) Packet(recorder, i);
    }

    private static void Packet(MeetingRecorder recorder, int number) => recorder.OnPacket(new TappedPacket
    {
        Stream = s_stream,
        At = Instant.FromMilliseconds(number * 10),
        Codec = CodecKind.Vp8,
        SequenceNumber = new(number),
        Timestamp = (uint)number * 900,
        Marker = true,
        Payload = new byte[1000],
    });

    private static int Count(string path)
    {
        using var reader = new LogReader(path);
        var count = 0;
        while (reader.TryRead(out _)) count++;
        return count;
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 1);

    /// <summary>Time that passes when it is told to; timers run in it.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly List<Action> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Step(TimeSpan by)
        {
            _now += by.Ticks;
            foreach (var timer in _timers) timer();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new Never();
        }

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes so many bytes, the last write only in part, then refuses.</summary>
    private sealed class StubbornDisk
    {
        public long BytesUntilError { get; set; } = long.MaxValue;

        public ManualResetEventSlim MaySync { get; } = new(true);

        /// <summary>How often it was told to keep for good what it has.</summary>
        public int Syncs { get; private set; }

        public Stream Open(string path) => path.EndsWith(LogWriter.IndexSuffix, StringComparison.Ordinal) ? OpenFile(path) : new File(this, path);

        private sealed class File(StubbornDisk disk, string path) : FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 1)
        {
            public override void Flush(bool flushToDisk)
            {
                if (flushToDisk)
                {
                    disk.Syncs++;
                    disk.MaySync.Wait();
                }

                base.Flush(flushToDisk);
            }

            public override void Write(ReadOnlySpan<byte> buffer)
            {
                if (buffer.Length <= disk.BytesUntilError)
                {
                    if (disk.BytesUntilError != long.MaxValue) disk.BytesUntilError -= buffer.Length;
                    base.Write(buffer);
                    return;
                }

                base.Write(buffer[..(int)disk.BytesUntilError]);
                disk.BytesUntilError = 0;
                throw new IOException("The disk does not want to.");
            }
        }
    }

    private sealed class Release(ManualResetEventSlim what) : IDisposable
    {
        public void Dispose() => what.Set();
    }

    private sealed class Deaf : IMediaTap
    {
        public void OnStream(Instant now, TapStream stream)
        {
        }

        public void OnPacket(in TappedPacket packet)
        {
        }

        public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
        {
        }

        public void OnStreamEnded(Instant now, TapStream stream)
        {
        }

        public void OnDropped(Instant now, long packets)
        {
        }

        public void OnClosed(Instant now)
        {
        }
    }
}
