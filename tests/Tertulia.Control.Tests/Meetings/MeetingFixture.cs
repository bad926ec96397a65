using Microsoft.Extensions.Logging.Abstractions;
using Tertulia.Contracts;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings;
using Tertulia.Storage;

namespace Tertulia.Control.Tests.Meetings;

/// <summary>A meeting with real storage, a clock of its own and a media side that only writes down.</summary>
internal sealed class MeetingFixture : IAsyncDisposable
{
    public const string MeetingId = "mtg_0123456789ab";

    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-meeting-").FullName;
    private Database _database = null!;
    private int _peers;

    public ManualTime Time { get; } = new();

    public MeetingDirectory Meetings { get; private set; } = null!;

    public MeetingTokens Tokens { get; private set; } = null!;

    public MeetingStore MeetingStore => new(_database);

    public AttendanceStore Attendance => new(_database);

    public ChatStore Chat => new(_database);

    public TranscriptStore Transcripts => new(_database, Time);

    public ITranscriber? Transcriber { get; private init; }

    public EventStore EventLog => new(_database);

    public MeetingEvents Events { get; private set; } = null!;

    /// <summary>Every room that was opened; the last is the one in use.</summary>
    public List<RecordingMedia> Rooms { get; } = [];

    public RecordingMedia Media => Rooms[^1];

    public static async Task<MeetingFixture> CreateAsync(MeetingSettings? settings = null, int maxParticipants = 50, ITranscriber? transcriber = null)
    {
        var fixture = new MeetingFixture { Transcriber = transcriber };
        fixture._database = await Database.OpenAsync(null, fixture._folder);
        fixture.Tokens = new MeetingTokens(fixture.Time);
        await new AccountStore(fixture._database).InsertAsync(new AccountRecord("acc_1", "Ada's", "default", fixture.Time.GetUtcNow()));
        await fixture.MeetingStore.InsertAsync(new MeetingRecord(
            MeetingId, "acc_1", "Tertulia", settings ?? new MeetingSettings(), maxParticipants, fixture.Time.GetUtcNow()));
        fixture.Events = new MeetingEvents(fixture.EventLog);
        fixture.Restart();
        return fixture;
    }

    public static Task<MeetingFixture> DirectAsync(string topology) => CreateAsync(new MeetingSettings(Topology: topology));

    /// <summary>As a process that was killed and started again: only the database is left.</summary>
    public void Restart() => Meetings = new MeetingDirectory(new MeetingServices(
        MeetingStore, Chat, Attendance, Events, Tokens, Open, null, new MeetingOptions(), Time, NullLogger.Instance, Transcripts, Transcriber));

    public Task<TestClient> JoinAsync(string name, string dialect = SignalingDialects.PerPeer, string role = ParticipantRole.Participant) =>
        ConnectAsync(ClaimsOf(name, role), dialect);

    /// <summary>Joins and reads past what every newcomer is told: welcome and chat history.</summary>
    public async Task<TestClient> EnterAsync(string name, string dialect = SignalingDialects.PerPeer, string role = ParticipantRole.Participant)
    {
        var client = await JoinAsync(name, dialect, role);
        await client.NextAsync("welcome");
        await client.NextAsync("chat-history");
        return client;
    }

    public Task<TestClient> EnterTransportAsync(string name, string role = ParticipantRole.Participant) =>
        EnterAsync(name, SignalingDialects.Transport, role);

    public async Task<TestClient> ConnectAsync(MeetingTokenClaims claims, string dialect)
    {
        var (outcome, admission) = await AdmitAsync(claims, dialect);
        Assert.Equal(AdmissionOutcome.Admitted, outcome);
        var outbox = new SignalingOutbox();
        return new TestClient(claims, outbox, await admission!.ConnectAsync(outbox));
    }

    public Task<AdmissionResult> AdmitAsync(MeetingTokenClaims claims, string dialect = SignalingDialects.PerPeer) =>
        Meetings.AdmitAsync(new AdmissionRequest(claims, dialect, []));

    public MeetingTokenClaims ClaimsOf(string name, string role = ParticipantRole.Participant) => new(
        MeetingId, "acc_1", $"peer{++_peers:D12}", name, role, MeetingGrants.For(role), MeetingTokenPurpose.Join,
        Time.GetUtcNow() + TimeSpan.FromMinutes(5));

    /// <summary>Lets time pass, and waits until the meeting has done what was due.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        Time.Advance(span);
        await SettleAsync();
    }

    /// <summary>Waits until the meeting has done all that was asked of it so far.</summary>
    public async Task SettleAsync()
    {
        if (Meetings.FindLive(MeetingId) is { } meeting) await meeting.GetParticipantsAsync();
    }

    public async Task<Meeting> MeetingAsync() => (await Meetings.GetAsync(MeetingId))!;

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private RecordingMedia Open(string meetingId)
    {
        Rooms.Add(new RecordingMedia());
        return Media;
    }
}
