using Tertulia.Recording.Log;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>What a log holds, found in one quick reading: how long it is, what happened, and what each publisher's clock said first.</summary>
internal sealed class Survey : IMediaTap
{
    private readonly Dictionary<int, (Instant CapturedAt, uint Timestamp)> _firstClocks = [];
    private readonly List<(Instant At, RecordedFact Fact)> _facts = [];
    private Instant? _first;
    private Instant _last;

    public RecordedFact.Began? Beginning { get; private set; }

    public Instant Start { get; private set; }

    public Instant End => Instant.Max(_last, Start);

    public TimeSpan Duration => End - Start;

    /// <summary>In the order in which they happened.</summary>
    public IReadOnlyList<(Instant At, RecordedFact Fact)> Facts { get; private set; } = [];

    /// <summary>False if the recording was cut off by a crash.</summary>
    public bool IsWhole { get; private set; }

    public long PacketsDropped { get; private set; }

    public long Packets { get; private set; }

    /// <summary>Names as they were last; the peer id for who was never introduced.</summary>
    public Dictionary<string, string> Names { get; } = [];

    /// <exception cref="InvalidDataException">There is no log, or nothing in it.</exception>
    public static Survey Read(string logPath, CancellationToken cancellation = default)
    {
        var survey = new Survey();
        using var reader = new LogReader(logPath);
        var replay = new TapReplay();
        while (reader.TryRead(out var record))
        {
            cancellation.ThrowIfCancellationRequested();
            if (FactRecord.TryRead(record, out var at, out var fact)) survey.OnFact(at, fact);
            else replay.TryReplay(record, survey);
        }

        if (survey._first is null) throw new InvalidDataException("Nothing was recorded.");
        if (survey.Beginning is null) survey.Start = survey._first.Value;
        // Facts of one moment keep their order: who is not there has no camera.
        survey.Facts = [.. survey._facts.OrderBy(one => one.At)];
        return survey;
    }

    public StreamClock ClockOf(TapStream stream)
    {
        var clock = new StreamClock(stream.ClockRate);
        if (_firstClocks.TryGetValue(stream.Id, out var first)) clock.OnReport(first.CapturedAt, first.Timestamp);
        return clock;
    }

    public void OnStream(Instant now, TapStream stream) => Saw(now);

    public void OnPacket(in TappedPacket packet)
    {
        Packets++;
        Saw(packet.At);
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp) => _firstClocks.TryAdd(stream.Id, (capturedAt, timestamp));

    public void OnStreamEnded(Instant now, TapStream stream)
    {
    }

    public void OnDropped(Instant now, long packets) => PacketsDropped += packets;

    public void OnClosed(Instant now)
    {
    }

    private void OnFact(Instant at, RecordedFact fact)
    {
        switch (fact)
        {
            case RecordedFact.Began began:
                Beginning = began;
                Start = at;
                break;
            case RecordedFact.Joined joined:
                Names[joined.PeerId] = joined.Name;
                break;
            case RecordedFact.Finished:
                IsWhole = true;
                break;
        }

        _facts.Add((at, fact));
        Saw(at);
    }

    private void Saw(Instant at)
    {
        _first ??= at;
        _last = Instant.Max(_last, at);
    }
}
