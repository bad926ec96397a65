using Microsoft.Extensions.DependencyInjection.Extensions;
using Tertulia.Control.Accounts;
using Tertulia.Control.Webhooks;
using Tertulia.Objects;
using Tertulia.Storage;

namespace Tertulia.Server.Hosting;

/// <summary>The services of the lower floors.</summary>
internal static class ServiceRegistration
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<MeetingStore>();
        services.AddSingleton<ChatStore>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<AttendanceStore>();
        services.AddSingleton<TranscriptStore>();
        services.AddSingleton<SummaryStore>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<SigninStore>();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<SigningKeyStore>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<ObjectIndex>();
        services.AddSingleton<RecordingStore>();
    }

    public static void AddWebhooks(this IServiceCollection services, WebhookOptions options)
    {
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<DeliveryStore>();
        services.TryAddSingleton(options);
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDispatcher>();
        services.AddHostedService<WebhookService>();
    }

    public static void AddObjects(this IServiceCollection services, TertuliaOptions options, SignedLinks links)
    {
        services.AddSingleton(links);
        services.AddSingleton(provider => new ObjectStore(
            provider.GetRequiredService<ObjectIndex>(),
            Path.Combine(options.DataDirectory, "objects"),
            Housekeeping.Node,
            options.Bucket is { } bucket ? new S3Bucket(bucket) : null,
            links,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ObjectWorker>();
        services.AddHostedService<ObjectService>();
    }

    public static void AddAccounts(this IServiceCollection services, IReadOnlyList<Plan> plans, MeetingTokens tokens)
    {
        services.AddSingleton(tokens);
        services.AddSingleton(new PlanCatalog(plans));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<DefaultAccount>();
        services.AddSingleton<Signin>();
        services.AddSingleton<UsageMeter>();
        services.AddSingleton<TranscriptRetention>();
        services.AddSingleton<RecordingRetention>();
        services.AddSingleton<RecordingExpiry>();
        services.AddSingleton<MeetingEraser>();
        services.AddSingleton<Erasure>();
        services.AddSingleton<Banner>();
    }
}
