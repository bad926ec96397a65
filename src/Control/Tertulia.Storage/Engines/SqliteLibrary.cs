using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Tertulia.Storage.Engines;

/// <summary>
/// Makes the system's SQLite serve, which the distribution keeps current, instead of a copy that ages inside a package.
/// </summary>
internal static class SqliteLibrary
{
    private static readonly string[] SystemNames =
        OperatingSystem.IsWindows() ? ["winsqlite3"] : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"] : ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lazy<bool> Loaded = new(Load);

    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3") return 0;
        foreach (var systemName in SystemNames)
        {
            if (NativeLibrary.TryLoad(systemName, out var handle)) return handle;
        }
        throw new StorageException($"SQLite is missing on this machine ({SystemNames[0]}; Debian and Ubuntu: apt-get install libsqlite3-0).");
    }
}
