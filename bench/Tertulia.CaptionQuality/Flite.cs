using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tertulia.CaptionQuality;

/// <summary>Synthetic voices by the flite program.</summary>
internal static class Flite
{
    private const int WaveHeader = 44;

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, "flite")));

    /// <summary>16 kHz samples. Voices: <c>rms</c> and <c>awb</c> (men), <c>slt</c> (a woman).</summary>
    public static short[] Say(string text, string voice)
    {
        var file = Path.GetTempFileName();
        try
        {
            using var flite = Process.Start("flite", ["-voice", voice, "-t", text, "-o", file]);
            flite.WaitForExit();
            if (flite.ExitCode != 0) throw new InvalidOperationException($"flite ended with {flite.ExitCode}.");
            return MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(file).AsSpan(WaveHeader)).ToArray();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
