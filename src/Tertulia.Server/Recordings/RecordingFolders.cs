using Tertulia.Recording;
using Tertulia.Server.Hosting;

namespace Tertulia.Server.Recordings;

/// <summary>Where logs are on this server. They are kept as long as their recording, so that other files can be made of them.</summary>
internal sealed class RecordingFolders(TertuliaOptions options)
{
    public RecorderOptions Recorder { get; } = new(Path.Combine(options.DataDirectory, "recordings"), options.Recording.LeaveFree);

    public string LogOf(string recordingId) => Path.Combine(Recorder.Folder, recordingId, MeetingRecorder.LogName);

    /// <summary>Where a file is made before it is handed over.</summary>
    public string WorkOf(string recordingId, string renditionId) => Path.Combine(Recorder.Folder, recordingId, $"work-{renditionId}");

    /// <summary>Recordings that have a folder here, whether or not anybody knows of them.</summary>
    public IReadOnlyList<string> Ids() =>
        Directory.Exists(Recorder.Folder) ? [.. Directory.EnumerateDirectories(Recorder.Folder, "rec_*").Select(path => Path.GetFileName(path))] : [];

    /// <summary>Notes that a recording goes on, until <see cref="NoteStopped"/>: if the server ends in between it is to be taken up again.</summary>
    public void NoteStarted(string recordingId) => File.WriteAllBytes(MarkOf(recordingId), []);

    public void NoteStopped(string recordingId) => File.Delete(MarkOf(recordingId));

    /// <summary>Recordings that were going on when the server ended.</summary>
    public IReadOnlyList<string> Interrupted() => [.. Ids().Where(id => File.Exists(MarkOf(id)))];

    public DateTimeOffset LastWrittenAt(string recordingId) => File.GetLastWriteTimeUtc(LogOf(recordingId));

    private string MarkOf(string recordingId) => Path.Combine(Recorder.Folder, recordingId, "goes-on");

    public void Delete(string recordingId)
    {
        var folder = Path.Combine(Recorder.Folder, recordingId);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
