using System.Threading.Channels;
using Tertulia.Control.Meetings.Media;
using Tertulia.Rtc;
using Tertulia.Sfu;
using Tertulia.Sfu.Allocation;
using Tertulia.Sfu.Quality;
using Tertulia.Taps;

namespace Tertulia.Control.Tests.Meetings;

/// <summary>A media side that writes down what it is asked, and reports what the test lets it report. Its SDP names what it is for.</summary>
internal sealed class RecordingMedia : IMeetingMedia
{
    private readonly Channel<RoomEvent> _events = Channel.CreateUnbounded<RoomEvent>();
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];
    private int _descriptions;
    private TaskCompletionSource _read = new();

    public RecordingMedia() => Events = new ReportReader(this);

    public ChannelReader<RoomEvent> Events { get; }

    public bool IsDisposed { get; private set; }

    /// <summary>SDP that contains this is refused.</summary>
    public const string BadSdp = "no sdp";

    /// <summary>What every shared downlink shows; none: there is nothing to offer.</summary>
    public List<DownlinkTrack> Published { get; } = [];

    /// <summary>Thrown by the next call that concerns this participant.</summary>
    public string? FailsFor { get; set; }

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock) return [.. _calls];
        }
    }

    public void Report(RoomEvent happened)
    {
        lock (_lock)
        {
            _read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _events.Writer.TryWrite(happened);
        }
    }

    /// <summary>Completes when the meeting has dealt with everything that was reported, and waits for more.</summary>
    public Task UntilReadAsync()
    {
        lock (_lock) return _read.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>As a room whose loop met a broken invariant.</summary>
    public void BreakDown() => _events.Writer.Complete(new InvalidOperationException("The room is broken."));

    public void Report(TestClient client, ConnectionKey connection, PeerConnectionState state) =>
        Report(new RoomEvent.ConnectionStateChanged(new ParticipantId(client.PeerId), connection, state));

    public void ReportMediaOf(TestClient client, TrackSource source = TrackSource.Camera) =>
        Report(new RoomEvent.TrackStarted(new ParticipantId(client.PeerId), source));

    public ValueTask AddParticipantAsync(ParticipantId id) => Note(id, $"add {id}");

    public ValueTask RemoveParticipantAsync(ParticipantId id) => Note(id, $"remove {id}");

    public async ValueTask<NegotiationResult> AnswerAsync(
        ParticipantId id, ConnectionKey connection, string offerSdp, IReadOnlyList<TrackAssignment>? tracks = null)
    {
        await Note(id, $"answer {id} {Name(connection)}{string.Concat(tracks?.Select(track => $" {track.Mid}={track.Source}") ?? [])}");
        return offerSdp.Contains(BadSdp, StringComparison.Ordinal) ? Bad() : Describe("answer", connection);
    }

    public async ValueTask<NegotiationResult> OfferAsync(ParticipantId id, ConnectionKey connection, bool fresh = false)
    {
        await Note(id, $"offer {id} {Name(connection)}{(fresh ? " fresh" : "")}");
        if (connection != ConnectionKey.Downlink) return Describe("offer", connection);
        return Published.Count == 0 ? new NegotiationResult(null, null, null, []) : Describe("offer", connection, fresh);
    }

    public async ValueTask<NegotiationResult> ApplyAnswerAsync(ParticipantId id, ConnectionKey connection, string answerSdp)
    {
        await Note(id, $"apply {id} {Name(connection)}");
        return answerSdp.Contains(BadSdp, StringComparison.Ordinal) ? Bad() : new NegotiationResult(null, null, null, []);
    }

    public ValueTask CloseConnectionAsync(ParticipantId id, ConnectionKey connection) => Note(id, $"close {id} {Name(connection)}");

    public ValueTask SetMutedAsync(ParticipantId id, TrackSource source, bool muted) => Note(id, $"{(muted ? "mute" : "unmute")} {id} {source}");

    public ValueTask SetViewAsync(ParticipantId id, IReadOnlyList<ViewItem> items) =>
        Note(id, $"view {id} {string.Join(' ', items.Select(item => $"{item.Publisher}/{item.Source}:{item.Width}x{item.Height}"))}");

    /// <summary>What listens to this room.</summary>
    public List<IMediaTap> Taps { get; } = [];

    public ValueTask<IAsyncDisposable> AttachTapAsync(IMediaTap tap, TapOptions options)
    {
        Taps.Add(tap);
        return ValueTask.FromResult<IAsyncDisposable>(this);
    }

    public ValueTask RefreshTapsAsync(ParticipantId publisher) => Note(publisher, $"refresh {publisher}");

    public async ValueTask<QualityReport?> DescribeQualityAsync(ParticipantId id)
    {
        await Note(id, $"describe {id}");
        return new QualityReport(LineQuality.Good, null, []);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _events.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private ValueTask Note(ParticipantId id, string call)
    {
        lock (_lock) _calls.Add(call);
        return FailsFor == id.Value ? throw new InvalidOperationException("The room is broken.") : ValueTask.CompletedTask;
    }

    private NegotiationResult Describe(string kind, ConnectionKey connection, bool fresh = false) =>
        new($"{kind} {Name(connection)} {++_descriptions}", null, null, connection == ConnectionKey.Downlink ? [.. Published] : []) { IsFresh = fresh };

    private static NegotiationResult Bad() => new(null, "bad-sdp", "That is no SDP.", []);

    private static string Name(ConnectionKey connection) => connection.Publisher?.Value ?? connection.Kind.ToString();

    private sealed class ReportReader(RecordingMedia media) : ChannelReader<RoomEvent>
    {
        public override bool TryRead(out RoomEvent item) => media._events.Reader.TryRead(out item!);

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            lock (media._lock)
            {
                if (media._events.Reader.Count == 0) media._read.TrySetResult();
                return media._events.Reader.WaitToReadAsync(cancellationToken);
            }
        }
    }
}
