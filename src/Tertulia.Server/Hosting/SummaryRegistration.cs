using Tertulia.Contracts.Events;
using Tertulia.Control.Events;
using Tertulia.Server.Api;
using Tertulia.Storage;
using Tertulia.Summaries;
using Tertulia.Summaries.Chat;

namespace Tertulia.Server.Hosting;

internal static partial class SummaryRegistration
{
    public static void AddSummaries(this IServiceCollection services, ChatOptions? endpoint) =>
        services.AddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var events = provider.GetRequiredService<MeetingEvents>();
            var logger = provider.GetRequiredService<ILogger<Summarizer>>();
            return new Summarizer(
                provider.GetRequiredService<TranscriptStore>(),
                provider.GetRequiredService<AttendanceStore>(),
                provider.GetRequiredService<SummaryStore>(),
                time,
                endpoint is null ? null : new ChatEngine(NewClient(), endpoint, time),
                (meeting, summary) => events.PublishAsync(new SummaryReady(TranscriptApi.MomentOf(meeting, time.GetUtcNow()), summary.Id, summary.Version)),
                (meetingId, exception) => LogFallback(logger, meetingId, exception.Message));
        });

    // The engine has time limits of its own; a redirect would take the key elsewhere.
    private static HttpClient NewClient() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Meeting {MeetingId}: summarised by rules: {Reason}")]
    private static partial void LogFallback(ILogger logger, string meetingId, string reason);
}
