using Tertulia.Contracts;
using Tertulia.Contracts.Signaling;
using Tertulia.Control.Meetings;
using Tertulia.Taps;

namespace Tertulia.Control.Tests.Meetings;

public sealed class TranscriptionTests
{
    private readonly StandInTranscriber _transcriber = new();

    [Fact]
    public async Task A_line_grows_before_everybodys_eyes_under_the_right_name_and_is_kept_when_it_is_final()
    {
        await using var fixture = await MeetAsync(showCaptions: true);
        var ada = await fixture.EnterAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await WriteAsync(fixture, ada, "The report", isFinal: false);
        await WriteAsync(fixture, ada, "The report is ready", isFinal: true);

        foreach (var reader in new[] { ada, bob })
        {
            var interim = await reader.AwaitAsync("transcription");
            Assert.Equal(("The report", false), (interim.GetProperty("text").GetString(), interim.GetProperty("isFinal").GetBoolean()));
            var final = await reader.NextAsync("transcription");
            Assert.Equal(
                "{\"type\":\"transcription\",\"speaker\":\"Ada\",\"peerId\":\"" + ada.PeerId + "\",\"text\":\"The report is ready\",\"timestamp\":" +
                "\"2026-01-01T12:00:03.000Z\",\"offset\":3,\"confidence\":0.9,\"language\":\"en\",\"isFinal\":true,\"segmentId\":\"seg_1\"}",
                final.GetRawText());
        }

        var line = Assert.Single(await fixture.Transcripts.ListAsync(MeetingFixture.MeetingId));
        Assert.Equal(("Ada", ada.PeerId, "The report is ready", 3.0, 5.0), (line.Speaker, line.PeerId, line.Text, line.Start, line.End));
    }

    [Fact]
    public async Task Captions_are_for_those_who_want_them_and_are_written_down_in_any_case()
    {
        await using var fixture = await MeetAsync(showCaptions: false);
        var ada = await fixture.EnterTransportAsync("Ada");
        var bob = await fixture.EnterTransportAsync("Bob");
        await bob.SendAsync(new { type = "captions", show = true });
        Assert.True((await bob.AwaitAsync("captions")).GetProperty("captions").GetProperty("show").GetBoolean());
        await ada.DrainAsync();
        await WriteAsync(fixture, ada, "Hello", isFinal: true);
        await bob.AwaitAsync("transcription");
        Assert.Empty(await ada.DrainAsync());
        Assert.Single(await fixture.Transcripts.ListAsync(MeetingFixture.MeetingId));
    }

    [Fact]
    public async Task What_turned_out_to_be_no_speech_is_taken_back_and_not_kept()
    {
        await using var fixture = await MeetAsync(showCaptions: true);
        var ada = await fixture.EnterAsync("Ada");
        await WriteAsync(fixture, ada, "hm", isFinal: false);
        await WriteAsync(fixture, ada, "", isFinal: true);
        await ada.AwaitAsync("transcription");
        Assert.Equal("", (await ada.NextAsync("transcription")).GetProperty("text").GetString());
        Assert.Empty(await fixture.Transcripts.ListAsync(MeetingFixture.MeetingId));
    }

    [Fact]
    public async Task The_last_words_of_a_meeting_that_has_ended_are_kept()
    {
        await using var fixture = await MeetAsync(showCaptions: true);
        var ada = await fixture.EnterAsync("Ada");
        await fixture.Meetings.EndAsync(MeetingFixture.MeetingId, "ended");
        await WriteAsync(fixture, ada, "Goodbye", isFinal: true);
        Assert.Equal("Goodbye", Assert.Single(await fixture.Transcripts.ListAsync(MeetingFixture.MeetingId)).Text);
    }

    [Fact]
    public async Task A_participant_may_speak_another_language_than_the_meeting_if_it_is_known()
    {
        await using var fixture = await MeetAsync(showCaptions: true);
        var ada = await fixture.EnterTransportAsync("Ada");
        await ada.SendAsync(new { type = "captions", language = "de" });
        var info = (await ada.AwaitAsync("captions")).GetProperty("captions");
        Assert.Equal(("de", true), (info.GetProperty("language").GetString(), info.GetProperty("available").GetBoolean()));
        Assert.Equal("de", _transcriber.Scribe.LanguageOf(ada.PeerId));
        await ada.SendAsync(new { type = "captions", language = "tlh" });
        Assert.Equal("captions", (await ada.AwaitAsync("error")).GetProperty("ref").GetString());
        Assert.Equal("de", _transcriber.Scribe.LanguageOf(ada.PeerId));
    }

    [Fact]
    public async Task When_recognition_fails_everybody_is_told_and_the_meeting_goes_on()
    {
        await using var fixture = await MeetAsync(showCaptions: true);
        var ada = await fixture.EnterTransportAsync("Ada");
        _transcriber.Fail("It does not answer.");
        var told = await ada.AwaitAsync("captions");
        Assert.Equal("It does not answer.", told.GetProperty("reason").GetString());
        Assert.False(told.GetProperty("captions").GetProperty("available").GetBoolean());
        await ada.SendAsync(new { type = "chat", text = "still here" });
        await ada.AwaitAsync("chat");
    }

    [Fact]
    public async Task Without_transcription_nobody_listens_and_nothing_is_said_of_captions()
    {
        await using var fixture = await MeetingFixture.CreateAsync(transcriber: _transcriber);
        var ada = await fixture.JoinAsync("Ada");
        var state = (await ada.NextAsync("welcome")).GetProperty("state");
        Assert.False(state.TryGetProperty("captions", out _));
        Assert.Empty(fixture.Media.Taps);
    }

    [Fact]
    public async Task The_welcome_says_how_captions_stand_and_each_room_is_listened_to()
    {
        await using var fixture = await MeetAsync(showCaptions: true);
        var ada = await fixture.JoinAsync("Ada", SignalingDialects.Transport);
        var captions = (await ada.NextAsync("welcome")).GetProperty("state").GetProperty("captions");
        Assert.Equal("{\"show\":true,\"available\":true,\"language\":\"en\",\"languages\":[\"en\",\"de\"]}", captions.GetRawText());
        Assert.Single(fixture.Media.Taps);
    }

    private Task<MeetingFixture> MeetAsync(bool showCaptions) => MeetingFixture.CreateAsync(
        new MeetingSettings(Transcription: new TranscriptionSettings(Enabled: true, ShowCaptions: showCaptions)), transcriber: _transcriber);

    private Task WriteAsync(MeetingFixture fixture, TestClient speaker, string text, bool isFinal)
    {
        var now = fixture.Time.GetUtcNow();
        return _transcriber.Scribe.WriteAsync(new("seg_1", speaker.PeerId, text, isFinal, 0.9, "en", now - TimeSpan.FromSeconds(2), now));
    }

    private sealed class StandInTranscriber : ITranscriber
    {
        public event Action? ProblemChanged;

        public IReadOnlyList<string> Languages => ["en", "de"];

        public string? Problem { get; private set; }

        public MeetingScribe Scribe { get; private set; } = null!;

        public bool Knows(string language) => Languages.Contains(language);

        public IMediaTap? Listen(MeetingScribe scribe)
        {
            Scribe = scribe;
            return new DeafTap();
        }

        public void Fail(string problem)
        {
            Problem = problem;
            ProblemChanged?.Invoke();
        }
    }

    private sealed class DeafTap : IMediaTap
    {
        public void OnStream(Rtc.Net.Instant now, TapStream stream)
        {
        }

        public void OnPacket(in TappedPacket packet)
        {
        }

        public void OnClock(TapStream stream, Rtc.Net.Instant capturedAt, uint timestamp)
        {
        }

        public void OnStreamEnded(Rtc.Net.Instant now, TapStream stream)
        {
        }

        public void OnDropped(Rtc.Net.Instant now, long packets)
        {
        }

        public void OnClosed(Rtc.Net.Instant now)
        {
        }
    }
}
