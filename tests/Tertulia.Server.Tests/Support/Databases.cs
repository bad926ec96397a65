using Tertulia.Control.Tests.Storage;

namespace Tertulia.Server.Tests.Support;

internal static class Databases
{
    /// <summary>The whole server on one of the two databases.</summary>
    public static async Task<TestServer> StartServerAsync(this Engine engine, params string[] settings) =>
        engine == Engine.Sqlite
            ? await TestServer.StartAsync(settings)
            : await TestServer.StartAsync([$"Tertulia:Database={await PostgresServer.CreateDatabaseAsync()}", .. settings]);
}
