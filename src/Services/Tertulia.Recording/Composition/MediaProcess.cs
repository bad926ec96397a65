using System.Diagnostics;
using System.Text;

namespace Tertulia.Recording.Composition;

/// <summary>A child did not do what it should; the message has the end of what it said.</summary>
public sealed class MediaProcessException(string message) : Exception(message);

/// <summary>
/// One ffmpeg child: below everybody else in priority, within limits, and gone when this object is. What it says is kept for when it fails.
/// </summary>
internal sealed class MediaProcess : IDisposable
{
    // Address space in KiB and CPU seconds: a damaged stream must not take the machine along.
    private const int MemoryLimit = 4 * 1024 * 1024, CpuLimit = 6 * 3600;
    private const int PatientNiceness = 10, LiveNiceness = 5;
    private const int KeptLines = 8;

    private readonly Process _process;
    private readonly Queue<string> _said = [];

    private MediaProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginErrorReadLine();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <exception cref="MediaProcessException">There is no ffmpeg.</exception>
    public static MediaProcess Start(params IReadOnlyList<string> arguments) => Start(PatientNiceness, arguments);

    /// <summary>For what is on air: below those who talk, above what can wait.</summary>
    /// <exception cref="MediaProcessException">There is no ffmpeg.</exception>
    public static MediaProcess StartLive(params IReadOnlyList<string> arguments) => Start(LiveNiceness, arguments);

    private static MediaProcess Start(int niceness, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] wrapper = ["-c", $"ulimit -v {MemoryLimit}; ulimit -t {CpuLimit}; exec nice -n {niceness} ffmpeg -hide_banner -v error -y \"$@\"", "ffmpeg"];
        foreach (var argument in wrapper.Concat(arguments)) start.ArgumentList.Add(argument);
        return new(Process.Start(start) ?? throw new MediaProcessException("ffmpeg could not be started."));
    }

    /// <exception cref="MediaProcessException">It failed.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        if (_process.ExitCode == 0) return;
        throw new MediaProcessException(_process.ExitCode == 127
            ? "ffmpeg is not installed: recordings are composed by it."
            : $"ffmpeg ended with {_process.ExitCode}: {Said()}");
    }

    public string Said()
    {
        lock (_said) return _said.Count == 0 ? "it said nothing" : string.Join(" | ", _said);
    }

    public void Kill()
    {
        try
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in this moment.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_said)
        {
            _said.Enqueue(line.Length > 300 ? line[..300] : line);
            if (_said.Count > KeptLines) _said.Dequeue();
        }
    }
}
