using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Tertulia.Storage;

namespace Tertulia.Server.Hosting;

/// <summary>Runs the server from start to end, and turns a failed start into messages instead of a stack trace.</summary>
public static class ServerRun
{
    public static async Task<int> RunAsync(string[] args)
    {
        var started = false;
        try
        {
            await using var app = await TertuliaHost.BuildAsync(args);
            await app.StartAsync();
            started = true;
            await app.Services.GetRequiredService<Banner>().PrintAsync(Console.Out);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (!started && Explain(e) is { } messages)
        {
            Console.Error.WriteLine("Tertulia cannot start:");
            foreach (var message in messages) Console.Error.WriteLine($"  {message}");
            return 1;
        }
    }

    /// <summary>What the operator can do something about; null for what is a mistake of ours, which shall be seen whole.</summary>
    private static IReadOnlyList<string>? Explain(Exception e) => e switch
    {
        StartupException mistakes => mistakes.Messages,
        StorageException => [e.Message],
        IOException { InnerException: AddressInUseException } => [$"{e.Message.TrimEnd('.')}. Stop the other program, or start on another port: --urls http://localhost:9000"],
        SocketException => [$"A port cannot be opened: {e.Message.TrimEnd('.')}. The address to listen on is set with --urls."],
        FormatException => [$"{e.Message.TrimEnd('.')}. Addresses look like --urls http://localhost:9000"],
        InvalidDataException => [$"{e.Message.TrimEnd('.')}: {e.InnerException?.Message}"],
        _ => null,
    };
}
