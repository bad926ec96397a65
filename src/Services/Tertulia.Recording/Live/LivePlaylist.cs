using System.Globalization;
using System.Text;

namespace Tertulia.Recording.Live;

/// <summary>A piece of the stream as it is fetched.</summary>
public sealed record LiveFile(string Name, byte[] Data);

/// <summary>
/// The newest of a live stream as HLS (RFC 8216) with low-latency parts (its second edition, draft-pantos-hls-rfc8216bis): segments of fragmented
/// MP4, each made of parts that can be fetched before it is whole. Kept in memory; safe for all threads.
/// </summary>
/// <param name="run">Part of all names, so that two broadcasts of one address never have files of the same name.</param>
public sealed class LivePlaylist(string run, DateTimeOffset startedAt)
{
    /// <summary>Seconds.</summary>
    public const int SegmentDuration = 2;

    public const int PartsPerSegment = 6;

    private const double PartDuration = (double)SegmentDuration / PartsPerSegment;

    // Who comes a little late can go back to here.
    private const int KeptSegments = 15;

    // What playlists no longer name is still good for those who read them (section 6.2.2).
    private const int GraceSegments = 4;

    // Parts are named for so long only (bis, section 4.4.4.9).
    private const int SegmentsWithParts = 3;

    // A part's rest may be waited for; what is further ahead is a mistake (bis, section 6.2.5.2).
    private const int FurthestAhead = 2;

    private readonly Lock _gate = new();
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<string, LiveFile> _files = [];
    private TaskCompletionSource _changed = NewChange();
    private string _text = "";
    private string _head = "";
    private int _headsMade;
    private int _next;
    private int _discontinuitiesGone;
    private bool _discontinues;
    private bool _isFinished;

    /// <summary>Where files are, below the playlist.</summary>
    public string Run => run;

    /// <summary>False until there is something to play.</summary>
    public bool HasStarted => Volatile.Read(ref _text).Length > 0;

    public bool IsFinished
    {
        get
        {
            lock (_gate) return _isFinished;
        }
    }

    /// <summary>The playlist, whole; empty until something can be played.</summary>
    public string Text => Volatile.Read(ref _text);

    /// <summary>What follows was made by another encoder than what was before, if there was anything.</summary>
    internal void Begin(byte[] head)
    {
        lock (_gate)
        {
            CloseSegment();
            _discontinues = _segments.Count > 0;
            _head = $"head{_headsMade++}.mp4";
            _files[_head] = new(_head, head);
        }
    }

    /// <param name="time">Seconds from the broadcast's start to the first picture.</param>
    internal void Append(byte[] data, double time, double duration, bool beginsSegment)
    {
        lock (_gate)
        {
            if (_isFinished) return;
            if (beginsSegment) CloseSegment();
            if (_segments.Count == 0 || _segments[^1].IsWhole)
            {
                _segments.Add(new(_next++, time, _head, _discontinues));
                _discontinues = false;
            }

            var segment = _segments[^1];
            var file = new LiveFile(PartName(segment.Number, segment.Parts.Count), data);
            segment.Parts.Add(new(file.Name, data.Length, duration, segment.Parts.Count == 0));
            _files[file.Name] = file;
            if (segment.Parts.Count == PartsPerSegment) CloseSegment();
            Forget();
            Changed();
        }
    }

    /// <summary>Nothing follows.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            CloseSegment();
            _isFinished = true;
            Changed();
        }
    }

    /// <summary>
    /// The playlist once it has that part (bis, section 6.2.5.2), or as it is when nothing more is waited for.
    /// </summary>
    /// <param name="segment">Null: as it is now.</param>
    /// <param name="part">Null: the whole segment.</param>
    /// <returns>Null if what is asked for is too far ahead.</returns>
    public async Task<string?> ReadAsync(int? segment, int? part, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (segment is not { } number || _isFinished || Has(number, part)) return _text;
                if (number > _next + FurthestAhead) return null;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>A file by its name; the part that comes next is waited for.</summary>
    public async Task<LiveFile?> FindAsync(string name, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_files.TryGetValue(name, out var file)) return file;
                if (_isFinished || name != NextPart()) return null;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string PartName(int segment, int part) => string.Create(CultureInfo.InvariantCulture, $"s{segment}.{part}.m4s");

    private static string SegmentName(int segment) => string.Create(CultureInfo.InvariantCulture, $"s{segment}.m4s");

    private string NextPart() => _segments is [.., { IsWhole: false } open] ? PartName(open.Number, open.Parts.Count) : PartName(_next, 0);

    private bool Has(int number, int? part)
    {
        if (_segments.Count == 0) return false;
        var last = _segments[^1];
        if (number != last.Number) return number < last.Number;
        return part is { } wanted ? last.IsWhole || last.Parts.Count > wanted : last.IsWhole;
    }

    private void CloseSegment()
    {
        if (_segments is not [.., { IsWhole: false } open]) return;
        open.IsWhole = true;
        var name = SegmentName(open.Number);
        var whole = new byte[open.Parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in open.Parts)
        {
            _files[part.Name].Data.CopyTo(whole, at);
            at += part.Length;
        }

        _files[name] = new(name, whole);
    }

    private void Forget()
    {
        if (_segments.Count > SegmentsWithParts + GraceSegments)
        {
            foreach (var part in _segments[^(SegmentsWithParts + GraceSegments + 1)].Parts) _files.Remove(part.Name);
        }

        if (_segments.Count <= KeptSegments + GraceSegments) return;
        var gone = _segments[0];
        _segments.RemoveAt(0);
        _files.Remove(SegmentName(gone.Number));
        if (gone.Discontinues) _discontinuitiesGone++;
        if (_segments[0].Head != gone.Head) _files.Remove(gone.Head);
    }

    private void Changed()
    {
        Volatile.Write(ref _text, Write());
        _changed.TrySetResult();
        _changed = NewChange();
    }

    private string Write()
    {
        var named = _segments.Skip(Math.Max(0, _segments.Count - KeptSegments)).ToList();
        if (named.Count == 0) return "";
        var discontinuities = _discontinuitiesGone + _segments.Take(_segments.Count - named.Count).Count(segment => segment.Discontinues);
        var text = new StringBuilder();
        text.Append("#EXTM3U\n#EXT-X-VERSION:9\n");
        // Nothing is longer, and an encoder that was replaced leaves something shorter.
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{SegmentDuration}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={PartDuration * 3.3:F3},HOLD-BACK={SegmentDuration * 3}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PART-INF:PART-TARGET={PartDuration + 0.00001:F5}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{named[0].Number}\n");
        if (discontinuities > 0) text.Append(CultureInfo.InvariantCulture, $"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}\n");
        var head = "";
        for (var i = 0; i < named.Count; i++)
        {
            var segment = named[i];
            if (segment.Discontinues && i > 0) text.Append("#EXT-X-DISCONTINUITY\n");
            if (segment.Head != head) text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"{run}/{head = segment.Head}\"\n");
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PROGRAM-DATE-TIME:{startedAt.UtcDateTime.AddSeconds(segment.Time):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n");
            if (i >= named.Count - SegmentsWithParts && !_isFinished)
            {
                foreach (var part in segment.Parts)
                {
                    text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PART:DURATION={part.Duration:F5},URI=\"{run}/{part.Name}\"");
                    text.Append(part.IsIndependent ? ",INDEPENDENT=YES\n" : "\n");
                }
            }

            if (segment.IsWhole) text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{segment.Parts.Sum(part => part.Duration):F5},\n{run}/{SegmentName(segment.Number)}\n");
        }

        if (_isFinished) text.Append("#EXT-X-ENDLIST\n");
        else text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{run}/{NextPart()}\"\n");
        return text.ToString();
    }

    private sealed record Part(string Name, int Length, double Duration, bool IsIndependent);

    private sealed class Segment(int number, double time, string head, bool discontinues)
    {
        public int Number => number;

        public double Time => time;

        public string Head => head;

        public bool Discontinues => discontinues;

        public List<Part> Parts { get; } = [];

        public bool IsWhole { get; set; }
    }
}
