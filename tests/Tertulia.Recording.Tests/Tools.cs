using System.Diagnostics;

namespace Tertulia.Recording.Tests;

/// <summary>ffmpeg and ffprobe as the tests use them.</summary>
internal static class Tools
{
    public static byte[] Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
        return output.ToArray();
    }

    public static byte[] Ffmpeg(params string[] arguments) => Run("ffmpeg", ["-v", "error", "-y", "-nostdin", .. arguments]);

    public static string Probe(string file, string entries) =>
        System.Text.Encoding.UTF8.GetString(Run("ffprobe", "-v", "error", "-show_entries", entries, "-of", "default=nw=1:nk=0", file)).Trim();

    public static double DurationOf(string file) =>
        double.Parse(Probe(file, "format=duration").Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The picture at a moment, RGB.</summary>
    public static Rgb FrameAt(string file, double seconds, int width = 1280, int height = 720) => new(
        Ffmpeg("-ss", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), "-i", file, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"), width, height);

    public static short[] Samples(string file)
    {
        var bytes = Ffmpeg("-i", file, "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1");
        var samples = new short[bytes.Length / 2];
        Buffer.BlockCopy(bytes, 0, samples, 0, samples.Length * 2);
        return samples;
    }
}

internal sealed record Rgb(byte[] Bytes, int Width, int Height)
{
    public (int R, int G, int B) At(int x, int y)
    {
        var at = (y * Width + x) * 3;
        return (Bytes[at], Bytes[at + 1], Bytes[at + 2]);
    }

    /// <summary>One word for a colour, as far as an encoder leaves it.</summary>
    public string Colour(int x, int y)
    {
        var (r, g, b) = At(x, y);
        return (r > 120, g > 120, b > 120) switch
        {
            (true, false, false) => "red",
            (false, true, false) => "green",
            (false, false, true) => "blue",
            (true, true, false) => "yellow",
            (true, true, true) => "white",
            (false, false, false) when r + g + b < 60 => "black",
            _ => "dark",
        };
    }
}
