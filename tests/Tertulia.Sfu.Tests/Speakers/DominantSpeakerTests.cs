using Tertulia.Rtc.Net;
using Tertulia.Sfu.Speakers;

namespace Tertulia.Sfu.Tests.Speakers;

public sealed class DominantSpeakerTests
{
    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_first_speaker_is_found_promptly(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Speak(1_000, 4_000))
            .With("Bea", new Voice(seed + 100))
            .Play(4_000);
        var (at, speaker) = Assert.Single(conversation.Changes);
        Assert.Equal("Ada", speaker);
        Assert.InRange(at, 1_300, 1_700);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_turn_is_noticed_after_300_to_700_ms(int seed)
    {
        foreach (var gap in (int[])[0, 100, 200, 400, 1_000])
        {
            var conversation = new Conversation()
                .With("Ada", new Voice(seed).Speak(0, 5_000))
                .With("Bea", new Voice(seed + 100).Speak(5_000 + gap, 10_000))
                .With("Cleo", new Voice(seed + 200))
                .Play(10_000);
            Assert.Equal(["Ada", "Bea"], conversation.Changes.Select(change => change.Speaker));
            Assert.InRange(conversation.Changes[1].At - 5_000 - gap, 300, 700);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_cough_does_not_switch(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Speak(2_000, 6_000).Speak(8_500, 12_000))
            .With("Bea", new Voice(seed + 100).Cough(1_000).Cough(4_000).Cough(6_300).Cough(7_600).Cough(9_000))
            .Play(12_000);
        Assert.Equal(["Ada"], conversation.Changes.Select(change => change.Speaker));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Pauses_between_sentences_change_nothing(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Talk(0, 60_000, 300, 2_800))
            .With("Bea", new Voice(seed + 100))
            .Play(60_000);
        Assert.Equal(["Ada"], conversation.Changes.Select(change => change.Speaker));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nobody_is_reported_after_three_seconds_of_silence(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Speak(0, 3_000))
            .With("Bea", new Voice(seed + 100))
            .Play(10_000);
        Assert.Equal(["Ada", null], conversation.Changes.Select(change => change.Speaker));
        // The last word may end a little before the sentence does.
        Assert.InRange(conversation.Changes[1].At, 5_800, 6_300);
        Assert.Equal(Instant.Never, conversation.Detector.NextDeadline);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Background_noise_is_no_speaker(int seed)
    {
        foreach (var level in (double[])[75, 60, 50, 45])
        {
            var conversation = new Conversation()
                .With("Fan", new Voice(seed) { Background = level, BackgroundScatter = 2 })
                .With("Hum", new Voice(seed + 100) { Background = 127 }.Hum(5_000, 20_000, level))
                .Play(20_000);
            Assert.Empty(conversation.Changes);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_steady_noise_does_not_win_over_a_speaker(int seed)
    {
        foreach (var level in (double[])[60, 45, 35, 20])
        {
            var conversation = new Conversation()
                .With("Drill", new Voice(seed).Hum(3_000, 30_000, level, 1.5))
                .With("Ada", new Voice(seed + 100).Talk(0, 30_000, 300, 900))
                .Play(30_000);
            Assert.Equal(["Ada"], conversation.Changes.Select(change => change.Speaker));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_speaker_wins_over_a_loud_steady_noise_that_was_there_first(int seed)
    {
        var conversation = new Conversation()
            .With("Drill", new Voice(seed).Hum(0, 10_000, 25))
            .With("Ada", new Voice(seed + 100).Speak(4_000, 10_000))
            .Play(10_000);
        Assert.Equal("Ada", conversation.SpeakerAt(4_700));
        Assert.Equal("Ada", conversation.Changes[^1].Speaker);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_typist_does_not_hold_the_floor(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Speak(0, 3_000).Type(3_000, 15_000))
            .With("Bea", new Voice(seed + 100).Talk(4_000, 15_000))
            .Play(15_000);
        Assert.Equal(["Ada", "Bea"], conversation.Changes.Select(change => change.Speaker));
        Assert.InRange(conversation.Changes[1].At, 4_300, 4_700);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Who_speaks_on_is_not_interrupted(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Speak(0, 6_000))
            .With("Bea", new Voice(seed + 100) { Vowels = 18 }.Speak(2_000, 5_000))
            .Play(6_000);
        Assert.Equal(["Ada"], conversation.Changes.Select(change => change.Speaker));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_word_thrown_in_between_two_sentences_does_not_take_the_floor(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Speak(0, 5_000).Speak(5_600, 10_000))
            .With("Bea", new Voice(seed + 100).Speak(4_860, 5_360))
            .Play(10_000);
        Assert.Equal(["Ada"], conversation.Changes.Select(change => change.Speaker));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Two_who_talk_over_each_other_do_not_flicker(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed).Talk(0, 60_000, 200, 800))
            .With("Bea", new Voice(seed + 100).Talk(500, 60_000, 200, 800))
            .Play(60_000);
        Assert.DoesNotContain(null, conversation.Changes.Select(change => change.Speaker));
        Assert.InRange(conversation.Changes.Count, 1, 30);
        Assert.All(conversation.Changes.Zip(conversation.Changes.Skip(1)), pair => Assert.InRange(pair.Second.At - pair.First.At, 700, 60_000));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Discontinuous_transmission_changes_nothing(int seed)
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(seed) { Background = null }.Speak(1_000, 5_000))
            .With("Bea", new Voice(seed + 100) { Background = null }.Cough(5_500).Speak(6_500, 8_000))
            .With("Cleo", new Voice(seed + 200) { Background = null }.Cough(3_000).Cough(10_000))
            .Play(14_000);
        Assert.Equal(["Ada", "Bea", null], conversation.Changes.Select(change => change.Speaker));
        Assert.InRange(conversation.Changes[1].At - 6_500, 300, 700);
        Assert.InRange(conversation.Changes[2].At, 12_900, 13_500); // the last cough counts as a sound, not as a speaker
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Late_and_long_packets_change_little(int seed)
    {
        foreach (var (frames, jitter) in ((int, int)[])[(1, 30), (1, 60), (2, 20), (3, 20)])
        {
            var conversation = new Conversation { FramesPerPacket = frames, Jitter = jitter }
                .With("Ada", new Voice(seed).Speak(0, 5_000))
                .With("Bea", new Voice(seed + 100).Cough(3_000).Speak(5_300, 10_000))
                .Play(10_000);
            Assert.Equal(["Ada", "Bea"], conversation.Changes.Select(change => change.Speaker));
            Assert.InRange(conversation.Changes[1].At - 5_300, 300, 800);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Fifty_participants_take_turns(int seed)
    {
        var random = new Random(seed);
        var voices = Enumerable.Range(0, 50).Select(i => new Voice(100 * seed + i)
        {
            Background = random.Next(5) switch { 0 => null, 1 => Voice.Silent, _ => random.Next(55, 80) },
            Vowels = random.Next(18, 34),
        }).ToArray();
        var turns = new List<(int At, int Who)>();
        var who = 0;
        for (var at = 1_000; at < 60_000;)
        {
            who = (who + random.Next(2, 49)) % 50;
            var end = at + 20 * random.Next(100, 300);
            voices[who].Talk(at, end, 200, 700);
            turns.Add((at, who));
            voices[(who + 1) % 50].Cough(at + 700);
            at = end + 20 * random.Next(0, 40);
        }

        var conversation = new Conversation();
        for (var i = 0; i < 50; i++) conversation.With($"{i}", voices[i]);
        conversation.Play(70_000);

        Assert.Equal([.. turns.Select(turn => $"{turn.Who}"), null], conversation.Changes.Select(change => change.Speaker));
        // Quiet voices over loud backgrounds take a little longer now and then.
        var delays = turns.Zip(conversation.Changes).Select(pair => pair.Second.At - pair.First.At).Order().ToList();
        Assert.InRange(delays[0], 300, 700);
        Assert.InRange(delays[delays.Count * 4 / 5], 300, 700);
        Assert.InRange(delays[^1], 300, 1_000);
    }

    [Fact]
    public void Of_two_tones_the_loud_one_wins()
    {
        var conversation = new Conversation()
            .With("Ada", new Voice(1) { Background = Voice.Silent }.Hum(0, 5_000, 12, 0).Hum(5_000, 10_000, 45, 0))
            .With("Bea", new Voice(2) { Background = Voice.Silent }.Hum(0, 5_000, 45, 0).Hum(5_000, 10_000, 12, 0))
            .Play(10_000);
        Assert.Equal(["Ada", "Bea"], conversation.Changes.Select(change => change.Speaker));
        Assert.InRange(conversation.Changes[1].At, 5_300, 5_700);
    }

    [Fact]
    public void Of_two_who_begin_together_the_louder_one_is_first()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var conversation = new Conversation()
                .With("Ada", new Voice(seed) { Vowels = 38 }.Speak(1_000, 3_000))
                .With("Bea", new Voice(seed) { Vowels = 22 }.Speak(1_000, 3_000))
                .Play(2_000);
            Assert.Equal("Bea", Assert.Single(conversation.Changes).Speaker);
        }
    }

    [Fact]
    public void Who_leaves_is_followed_by_the_next_speaker_or_by_silence()
    {
        var conversation = new Conversation { At = { [3_000] = detector => detector.Remove(new("Ada")) } }
            .With("Ada", new Voice(1) { Background = null }.Speak(0, 3_000))
            .With("Bea", new Voice(2).Speak(4_000, 6_000))
            .Play(10_000);
        Assert.Equal(["Ada", "Bea", null], conversation.Changes.Select(change => change.Speaker));
        Assert.InRange(conversation.Changes[1].At, 4_300, 4_700);

        conversation = new Conversation { At = { [3_000] = detector => detector.Remove(new("Ada")) } }
            .With("Ada", new Voice(1) { Background = null }.Speak(0, 3_000))
            .With("Bea", new Voice(2))
            .Play(10_000);
        Assert.Equal(["Ada", null], conversation.Changes.Select(change => change.Speaker));
        Assert.InRange(conversation.Changes[1].At, 5_800, 6_200);
    }

    [Fact]
    public void The_voice_bit_is_believed_from_senders_that_use_it()
    {
        // Music well above the background, whose sender says that it is none of speech: not until it has shown that it can tell.
        var detector = new DominantSpeaker();
        var music = new Voice(1).Speak(0, 10_000);
        Assert.NotNull(Hear(detector, music, 0, 100, mark: false));
        detector = new DominantSpeaker();
        detector.OnAudioLevel(Instant.Zero, new("Ada"), 60, true);
        Assert.Null(Hear(detector, music, 1, 100, mark: false));
        Assert.NotNull(Hear(detector, music, 100, 200, mark: true));
    }

    [Fact]
    public void A_silent_room_wants_no_calls()
    {
        var conversation = new Conversation().With("Ada", new Voice(1)).With("Bea", new Voice(2) { Background = Voice.Silent }).Play(5_000);
        Assert.Empty(conversation.Changes);
        Assert.Equal(Instant.Never, conversation.Detector.NextDeadline);
    }

    [Fact]
    public void Listening_allocates_nothing()
    {
        var detector = new DominantSpeaker();
        var ids = Enumerable.Range(0, 50).Select(i => new ParticipantId($"{i}")).ToArray();
        var levels = Enumerable.Range(0, 50).Select(i => new Voice(i).Talk(i * 500, 60_000)).Select(voice => Enumerable.Range(0, 2_000).Select(frame => (byte)voice.Level(frame)!).ToArray()).ToArray();
        long before = 0;
        var changes = 0;
        for (var frame = 0; frame < 2_000; frame++)
        {
            if (frame == 500) before = GC.GetAllocatedBytesForCurrentThread();
            var now = Instant.FromMilliseconds(20 * frame);
            for (var i = 0; i < 50; i++)
            {
                detector.OnAudioLevel(now, ids[i], levels[i][frame], true);
                if (now >= detector.NextDeadline && detector.TryDecide(now, out _)) changes++;
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(changes, 2, 100);
    }

    private static ParticipantId? Hear(DominantSpeaker detector, Voice voice, int fromFrame, int toFrame, bool mark)
    {
        ParticipantId? speaker = null;
        for (var frame = fromFrame; frame < toFrame; frame++)
        {
            var now = Instant.FromMilliseconds(20 * frame);
            detector.OnAudioLevel(now, new("Ada"), (byte)voice.Level(frame)!, mark);
            if (now >= detector.NextDeadline) detector.TryDecide(now, out speaker);
        }

        return speaker;
    }
}
