using Tertulia.Control.Accounts;
using Tertulia.Control.Events;
using Tertulia.Control.Meetings;
using Tertulia.Server.Broadcasts;
using Tertulia.Server.Captions;
using Tertulia.Server.Hosting;
using Tertulia.Server.Recordings;
using Tertulia.Storage;

namespace Tertulia.Server.Signaling;

internal static class SignalingRegistration
{
    public static void AddSignaling(this IServiceCollection services)
    {
        services.AddSingleton(new MeetingOptions());
        services.AddSingleton<MeetingEvents>();
        services.AddSingleton(provider => new MeetingDirectory(
            provider.GetRequiredService<MeetingStore>(),
            provider.GetRequiredService<ChatStore>(),
            provider.GetRequiredService<AttendanceStore>(),
            provider.GetRequiredService<MeetingEvents>(),
            provider.GetRequiredService<MeetingTokens>(),
            provider.GetRequiredService<MediaPlane>().Node,
            provider.GetRequiredService<MeetingOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MeetingDirectory>>(),
            provider.GetRequiredService<TranscriptStore>(),
            provider.GetRequiredService<CaptionService>(),
            provider.GetRequiredService<RecordingService>(),
            provider.GetRequiredService<BroadcastService>()));
        services.AddSingleton<CaptionService>();
        services.AddSingleton<ITranscriber>(provider => provider.GetRequiredService<CaptionService>());
        services.AddHostedService<TranscriptAnnouncer>();
        services.AddSingleton<SignalingEndpoint>();
        services.AddHostedService<MeetingDrain>();
    }

    /// <summary>Any method: over HTTP/2 a WebSocket opens with CONNECT (RFC 8441).</summary>
    public static IEndpointConventionBuilder MapSignaling(this IEndpointRouteBuilder routes) =>
        routes.Map("/ws/signaling", routes.ServiceProvider.GetRequiredService<SignalingEndpoint>().HandleAsync).ExcludeFromDescription();
}
