using Microsoft.AspNetCore.HttpOverrides;
using Tertulia.Control.Accounts;
using Tertulia.Objects;
using Tertulia.Server.Api;
using Tertulia.Server.Broadcasts;
using Tertulia.Server.Metrics;
using Tertulia.Server.Recordings;
using Tertulia.Server.Signaling;
using Tertulia.Server.Transport;
using Tertulia.Storage;
using Tertulia.Tls;

namespace Tertulia.Server.Hosting;

/// <summary>Puts the server together: configuration, data, services, and the order in which a request passes them.</summary>
public static class TertuliaHost
{
    /// <summary>
    /// Everything up to listening. Throws <see cref="StartupException"/> or <see cref="StorageException"/> with messages for the operator.
    /// </summary>
    public static async Task<WebApplication> BuildAsync(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        // Before anything else that may use TLS, a database connection for one.
        PostQuantum.EnsureEnabled();
        var builder = WebApplication.CreateBuilder(args);
        QuietLogging.Apply(builder);
        customize?.Invoke(builder);
        builder.UseEndpoints();
        var (options, warnings) = OptionsReader.Read(builder.Configuration, builder.Environment.ContentRootPath);

        var folder = DataFolder.Claim(options.DataDirectory);
        var database = await Database.OpenAsync(options.Database, options.DataDirectory);
        try
        {
            await AddServicesAsync(builder, options, folder, database);
            var app = builder.Build();
            foreach (var warning in warnings) app.Logger.LogWarning("{Warning}", warning);
            await PrepareDataAsync(app.Services, options);
            Configure(app, options);
            return app;
        }
        catch
        {
            await database.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    private static async Task AddServicesAsync(WebApplicationBuilder builder, TertuliaOptions options, DataFolder folder, Database database)
    {
        // Bodies of API calls are limited far lower; this is what is still drained so that a refusal can be read.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 32 * 1024 * 1024;
        });
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        services.AddSingleton(options);
        services.AddSingleton(options.RateLimits);
        services.AddSingleton(options.Speech);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => folder);
        services.AddSingleton(_ => database);
        services.AddStorage();
        services.AddAccounts(options.Plans, await MeetingTokens.LoadAsync(new SigningKeyStore(database), TimeProvider.System));
        services.AddWebhooks(options.Webhooks);
        services.AddObjects(options, await SignedLinks.LoadAsync(new SecretStore(database), TimeProvider.System));
        services.AddSummaries(options.Summaries);
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<WebAppFiles>();
        services.AddResponseCompression(compression => compression.EnableForHttps = true);
        services.AddSingleton<RelayUsage>();
        services.AddSingleton(provider => new MediaPlane(options, provider.GetRequiredService<RelayUsage>(), provider.GetRequiredService<ILogger<MediaPlane>>()));
        services.AddSingleton<TcpPorts>();
        services.AddHostedService<Reachability>();
        services.AddHostedService<Housekeeping>();
        services.AddTransport();
        services.AddMeetingMetrics();
        services.AddApi();
        services.AddSignaling();
        services.AddRecordings();
        services.AddBroadcasts(await BroadcastIds.LoadAsync(new SecretStore(database), TimeProvider.System));
    }

    private static async Task PrepareDataAsync(IServiceProvider services, TertuliaOptions options)
    {
        // Named once, so that the container lets go of the folder at the end, and so that a busy media port stops the start.
        services.GetRequiredService<DataFolder>();
        services.GetRequiredService<MediaPlane>();
        services.PrepareTransport();
        await services.GetRequiredService<AttendanceStore>().CloseOpenAsync(Housekeeping.Node, "lost");
        var key = await services.GetRequiredService<DefaultAccount>().EnsureAsync(options.DataDirectory, options.ApiKey, options.DefaultPlan);
        services.GetRequiredService<Banner>().ApiKey = key;
    }

    private static void Configure(WebApplication app, TertuliaOptions options)
    {
        if (options.KnownProxies.Count > 0) app.UseForwardedHeaders(ForwardedFrom(options));
        app.UseSecurityHeaders(options.Bucket?.BrowserOrigin);
        app.UseApiCors();
        app.UseMiddleware<ProblemWriter>();
        if (EndpointSetup.HasHttps(app.Configuration)) app.UseMiddleware<HttpsPolicy>();
        var web = app.Services.GetRequiredService<WebAppFiles>();
        web.UseFiles(app);
        app.UseWebSockets();
        app.UseRouting();
        app.UseOutputCache();
        web.UsePage(app);
        app.UseApi();
        app.MapApi();
        app.MapSignaling();
        app.MapMetrics();
        app.MapAcmeChallenges();
    }

    private static ForwardedHeadersOptions ForwardedFrom(TertuliaOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.KnownProxies) forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }
}
