using Microsoft.Extensions.Logging.Console;

namespace Tertulia.Server.Hosting;

/// <summary>
/// Logs are one line each, on standard error, and quiet: the framework speaks up from warnings on. All of it is a default that ordinary
/// configuration overrides, for example <c>Logging__Console__FormatterName=json</c> or <c>Logging__LogLevel__Microsoft=Information</c>.
/// </summary>
internal static class QuietLogging
{
    public static void Apply(WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:System"] = "Warning",
                ["Logging:LogLevel:Npgsql"] = "Warning",
                // How a failed start reads is for us to say, once.
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
                ["Logging:Console:FormatterName"] = ConsoleFormatterNames.Simple,
                ["Logging:Console:FormatterOptions:SingleLine"] = "true",
                ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-ddTHH:mm:ss.fffZ ",
                ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
            },
        });
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
