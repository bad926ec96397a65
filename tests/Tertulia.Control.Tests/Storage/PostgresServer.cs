using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Tertulia.Control.Tests.Storage;

/// <summary>One PostgreSQL for all tests of this process; it ends with the process, since its life is tied to its standard input.</summary>
internal static class PostgresServer
{
    private static readonly string s_script = Path.Combine(RepositoryRoot(), "tests", "tools", "postgres.sh");
    private static readonly Lazy<bool> s_available = new(() => !OperatingSystem.IsWindows() && Run("available") == 0);
    private static readonly Lazy<Task<string>> s_server = new(StartAsync);
    private static Process? s_process;
    private static int s_databases;

    public static bool IsAvailable => s_available.Value;

    /// <summary>The connection string of a new, empty database.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var server = await s_server.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref s_databases)}");
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 8 }.ConnectionString;
    }

    private static async Task<string> StartAsync()
    {
        s_process = Start("serve");
        var line = await s_process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"PostgreSQL did not start: {await s_process.StandardError.ReadToEndAsync()}");
        var parts = line.Split(' ');
        return $"Host={parts[0]};Port={parts[1]};Username={parts[2]};Database={parts[3]}";
    }

    private static int Run(string command)
    {
        using var process = Start(command);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Start(string command) => Process.Start(new ProcessStartInfo("bash", [s_script, command])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tertulia.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
