using System.Globalization;
using Tertulia.Recording.Log;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Recording.Composition;

/// <summary>How a recording is to look.</summary>
/// <param name="Single">Peer id, for <see cref="RecordingLayout.Single"/>, <see cref="RecordingLayout.Track"/> and <see cref="RecordingLayout.Screen"/>.</param>
public sealed record CompositionOptions(RecordingLayout Layout = RecordingLayout.Grid, string? Single = null)
{
    /// <summary>Not composed: what one participant sent.</summary>
    public bool IsTrack => Layout is RecordingLayout.Track or RecordingLayout.Screen;

    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 720;

    public int FramesPerSecond { get; init; } = 30;

    /// <summary>Of the encoder: <c>superfast</c> keeps pace with two cores, slower ones make smaller files.</summary>
    public string Preset { get; init; } = "superfast";
}

/// <summary>What came out.</summary>
/// <param name="IsWhole">False if the recording was cut off by a crash.</param>
public sealed record CompositionResult(string Path, TimeSpan Duration, long Size, bool IsWhole);

/// <summary>
/// Makes one MP4 of a log: sound first, then the pictures on a frame clock of our own, each stream decoded by a child, one more child
/// encoding. Every place of the file follows from the log alone, so it can be made again, the same or otherwise.
/// </summary>
public sealed class Composer(string logPath, string workFolder, CompositionOptions options)
{
    private const double SoundShare = 0.15;

    /// <summary>How long a recording is, whether or not it was closed properly.</summary>
    /// <exception cref="InvalidDataException">The log holds nothing.</exception>
    public static TimeSpan DurationOf(string logPath) => Survey.Read(logPath).Duration;

    /// <param name="onProgress">0 to 1; called often, on the composing thread.</param>
    /// <exception cref="InvalidDataException">The log holds nothing.</exception>
    /// <exception cref="MediaProcessException">ffmpeg failed.</exception>
    public async Task<CompositionResult> RunAsync(string output, Action<double> onProgress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(workFolder);
        try
        {
            var survey = Survey.Read(logPath, cancellation);
            var sound = Path.Combine(workFolder, "sound.m4a");
            var segments = await ExtractAsync(survey, sound, progress => onProgress(progress * SoundShare), cancellation);
            var chapters = Path.Combine(workFolder, "chapters.txt");
            await File.WriteAllTextAsync(chapters, Chapters.Write(survey), cancellation);
            var partial = options.IsTrack ? output + ".part.mkv" : output + ".part.mp4";
            if (options.IsTrack) await PackAsync(segments, sound, chapters, partial, cancellation);
            else if (options.Layout == RecordingLayout.Audio) await FinishSoundAsync(sound, chapters, partial, cancellation);
            else await DrawAsync(survey, segments, sound, chapters, partial, progress => onProgress(SoundShare + progress * (1 - SoundShare)), cancellation);
            File.Move(partial, output, overwrite: true);
            onProgress(1);
            return new(output, survey.Duration, new FileInfo(output).Length, survey.IsWhole);
        }
        finally
        {
            Directory.Delete(workFolder, recursive: true);
        }
    }

    private async Task<IReadOnlyList<VideoSegment>> ExtractAsync(Survey survey, string sound, Action<double> onProgress, CancellationToken cancellation)
    {
        using var encoder = MediaProcess.Start(
            "-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "pipe:0", "-c:a", "aac", "-b:a", "128k", "-f", "mp4", sound);
        var choice = options.IsTrack ? new TrackChoice(options.Single, options.Layout == RecordingLayout.Screen) : default;
        using var extractor = new TrackExtractor(survey, workFolder, options.FramesPerSecond, encoder.Input, choice);
        try
        {
            await Task.Run(() => extractor.Run(logPath, onProgress, cancellation), cancellation);
            encoder.Input.Close();
        }
        catch (IOException)
        {
            // The encoder went away; why is told below.
        }

        await encoder.WaitAsync(cancellation);
        return extractor.Segments;
    }

    /// <summary>Picture as it was sent, beside its sound. Of several codecs the first one's pictures are taken.</summary>
    private async Task PackAsync(IReadOnlyList<VideoSegment> segments, string sound, string chapters, string output, CancellationToken cancellation)
    {
        string[] picture = segments.Count == 0
            ? []
            : ["-itsoffset", ((double)segments[0].FirstFrame / options.FramesPerSecond).ToString(CultureInfo.InvariantCulture), "-i", segments[0].Path];
        string[] maps = segments.Count == 0
            ? ["-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"]
            : ["-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2", "-c:v", "copy"];
        using var muxer = MediaProcess.Start(["-nostdin", .. picture, "-i", sound, "-i", chapters, .. maps, "-c:a", "copy", "-f", "matroska", output]);
        await muxer.WaitAsync(cancellation);
    }

    private static async Task FinishSoundAsync(string sound, string chapters, string output, CancellationToken cancellation)
    {
        using var muxer = MediaProcess.Start(
            "-nostdin", "-i", sound, "-i", chapters, "-map", "0:a", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy", "-movflags", "+faststart", output);
        await muxer.WaitAsync(cancellation);
    }

    private async Task DrawAsync(
        Survey survey, IReadOnlyList<VideoSegment> segments, string sound, string chapters, string output, Action<double> onProgress, CancellationToken cancellation)
    {
        var rate = options.FramesPerSecond.ToString(CultureInfo.InvariantCulture);
        var script = SceneScript.From(survey.Facts, survey.Start, options.FramesPerSecond);
        using var encoder = MediaProcess.Start(
            "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", $"{options.Width}x{options.Height}", "-r", rate, "-i", "pipe:0",
            "-i", sound, "-i", chapters, "-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2",
            "-c:v", "libx264", "-preset", options.Preset, "-crf", "24", "-g", (options.FramesPerSecond * 2).ToString(CultureInfo.InvariantCulture),
            "-pix_fmt", "yuv420p", "-c:a", "copy", "-movflags", "+faststart", output);
        PipeSize.Widen(encoder.Input);
        var frames = Math.Max(1, (long)Math.Round(survey.Duration.TotalSeconds * options.FramesPerSecond));
        var drawing = new Drawing(options, script, segments, new Labels(workFolder, Fonts.Installed));
        try
        {
            await Task.Run(() => drawing.RunAsync(frames, encoder.Input, onProgress, cancellation), cancellation);
            encoder.Input.Close();
        }
        catch (IOException)
        {
            // The encoder went away; why is told below.
        }

        await encoder.WaitAsync(cancellation);
    }
}
