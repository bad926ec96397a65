using Tertulia.Contracts;

namespace Tertulia.Server.Recordings;

internal static class RecordingRegistration
{
    public static void AddRecordings(this IServiceCollection services)
    {
        services.AddSingleton<RecordingFolders>();
        services.AddSingleton<RecordingLinks>();
        services.AddSingleton<RecordingService>();
        services.AddSingleton<RecordingViews>();
        services.AddSingleton<CompositionService>();
        services.AddSingleton<RecordingCleaner>();
        services.AddSingleton<EraseMeeting>(provider => (_, cancellation) => provider.GetRequiredService<RecordingCleaner>().SweepAsync(cancellation));
        services.AddHostedService(provider => provider.GetRequiredService<RecordingCleaner>());
        services.AddHostedService(provider => provider.GetRequiredService<CompositionService>());
        services.AddHostedService(provider => provider.GetRequiredService<RecordingService>());
    }
}
