using Tertulia.Storage;

namespace Tertulia.Server.Hosting;

/// <summary>May this server be sent requests? Asked by load balancers and by whoever just started it.</summary>
internal sealed class Readiness(Database database, IHostApplicationLifetime lifetime)
{
    public const string Ok = "ok";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyDictionary<string, string>> CheckAsync(CancellationToken cancellation) => new Dictionary<string, string>
    {
        ["database"] = await CheckDatabaseAsync(cancellation),
        ["server"] = lifetime.ApplicationStopping.IsCancellationRequested ? "stopping" : Ok,
    };

    private async Task<string> CheckDatabaseAsync(CancellationToken cancellation)
    {
        try
        {
            await database.ReadAsync(session => session.QueryFirstAsync<long>("SELECT 1"), cancellation).WaitAsync(s_patience, cancellation);
            return Ok;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return "unavailable";
        }
    }
}
