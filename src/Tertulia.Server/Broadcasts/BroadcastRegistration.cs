namespace Tertulia.Server.Broadcasts;

internal static class BroadcastRegistration
{
    public static void AddBroadcasts(this IServiceCollection services, BroadcastIds ids)
    {
        services.AddSingleton(_ => ids);
        services.AddSingleton<BroadcastService>();
        services.AddHostedService(provider => provider.GetRequiredService<BroadcastService>());
    }
}
