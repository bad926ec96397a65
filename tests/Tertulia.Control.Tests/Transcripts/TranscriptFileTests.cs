using FsCheck;
using FsCheck.Fluent;
using Tertulia.Contracts.Transcripts;

namespace Tertulia.Control.Tests.Transcripts;

public sealed class TranscriptFileTests
{
    private static readonly TranscriptCue s_hello = new("seg_1", "Ada & Co <x>", 1.5, 3.25, "1 < 2 --> & \"yes\"\n\nsecond line");

    [Fact]
    public void WebVtt_names_the_voice_and_escapes_what_was_said() => Assert.Equal(
        "WEBVTT\n\nseg_1\n00:00:01.500 --> 00:00:03.250\n<v Ada &amp; Co &lt;x&gt;>1 &lt; 2 --&gt; &amp; \"yes\" second line\n",
        TranscriptFile.ToWebVtt([s_hello]));

    [Fact]
    public void WebVtt_without_lines_is_valid_and_empty() => Assert.Equal("WEBVTT\n", TranscriptFile.ToWebVtt([]));

    [Fact]
    public void SubRip_is_numbered_and_has_commas() => Assert.Equal(
        "1\n00:00:01,500 --> 00:00:03,250\nAda & Co <x>: 1 < 2 -> & \"yes\" second line\n\n2\n01:02:03,004 --> 01:02:03,005\nBen: ok\n",
        TranscriptFile.ToSubRip([s_hello, new(null, "Ben", 3723.004, 3723.004, "ok")]));

    [Fact]
    public void Plain_text_has_a_line_for_each() => Assert.Equal(
        "[0:00:01] Ada: one\n[27:46:40] two\n", TranscriptFile.ToPlainText([new(null, "Ada", 1.999, 2, "one"), new(null, null, 100_000, 100_001, "two")]));

    [Fact]
    public void Files_of_other_tools_are_read()
    {
        const string Text = "WEBVTT - made elsewhere\r\n\r\nNOTE a remark\r\n\r\nid 7\r\n00:01.000 --> 00:02.500 align:start\r\n<v.loud Ada Lovelace>Hello <i>there</i> &amp; all</v>\r\n\r\n" +
            "2\r\n01:00:00,000 --> 01:00:01,000\r\nBen: fine\r\nby me\r\n\r\n3\r\n01:00:02,000 --> 01:00:03,000\r\nthe point: nobody named\r\n";

        Assert.True(CueReader.TryRead(Text, out var cues, out _));

        Assert.Equal(
            [
                new TranscriptCue("id 7", "Ada Lovelace", 1, 2.5, "Hello there & all"),
                new TranscriptCue(null, "Ben", 3600, 3601, "fine by me"),
                new TranscriptCue(null, null, 3602, 3603, "the point: nobody named"),
            ],
            cues);
    }

    [Theory]
    [InlineData("")]
    [InlineData("WEBVTT\n")]
    [InlineData("00:00:05.000 --> 00:00:01.000\nbackwards")]
    [InlineData("00:61:00.000 --> 00:62:00.000\nno such minute")]
    [InlineData("a --> b\nno times")]
    public void What_is_no_transcript_is_refused_with_a_reason(string text)
    {
        Assert.False(CueReader.TryRead(text, out _, out var mistake));
        Assert.NotEmpty(mistake);
    }

    /// <summary>Whatever was said and whoever said it, a file has one cue for each line, and the reader gives back what was written.</summary>
    [Fact]
    public void Any_text_survives_writing_and_reading()
    {
        var nasty = Gen.Elements("-->", "\n", "\n\n", "\r", "<v Eve>", "</v>", "&", "&lt;", "WEBVTT", "NOTE", "00:00:01.000 --> 00:00:02.000", " ", "x", ":", "é", "\0", "\u2028", "{\\an8}", "🙂");
        var text = nasty.ArrayOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(text.ArrayOf().ToArbitrary(), texts =>
        {
            var cues = texts.Select((said, i) => new TranscriptCue($"s{i}", $"N{said}", i, i + 0.5, "w" + said)).ToArray();
            if (cues.Length == 0) return;
            Assert.True(CueReader.TryRead(TranscriptFile.ToWebVtt(cues), out var read, out _));
            Assert.Equal(cues.Select(cue => (cue.Id, cue.Start, cue.End)), read.Select(cue => (cue.Id, cue.Start, cue.End)));
            Assert.Equal(cues.Select(cue => Plain(cue.Text)), read.Select(cue => cue.Text));
            Assert.True(CueReader.TryRead(TranscriptFile.ToSubRip(cues), out read, out _));
            Assert.Equal(cues.Length, read.Count);
            Assert.Equal(cues.Length, TranscriptFile.ToPlainText(cues).Count(c => c == '\n'));
        }));
    }

    [Fact]
    public void Any_input_is_read_or_refused()
    {
        var piece = Gen.Elements("WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n", "99999:00.000 --> x", "-->", "<v ", ">", "<", "\r\n", "\n\n", "a: b", "1,5", "&#xFFFFFFFF;", "\uD800");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
            piece.ArrayOf().Select(string.Concat).ToArbitrary(), text => CueReader.TryRead(text, out var cues, out _) == cues.Count > 0 || cues.Count > 0));
    }

    private static string Plain(string text) =>
        string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
