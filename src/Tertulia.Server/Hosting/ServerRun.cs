using System.Net.Sockets;
using Tertulia.Storage;

namespace Tertulia.Server.Hosting;

/// <summary>Runs the server from start to end, and turns a failed start into messages instead of a stack trace.</summary>
public static class ServerRun
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await TertuliaHost.BuildAsync(args);
            await app.StartAsync();
            await app.Services.GetRequiredService<Banner>().PrintAsync(Console.Out);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (StartupException e)
        {
            return Fail(e.Messages);
        }
        catch (StorageException e)
        {
            return Fail([e.Message]);
        }
        catch (IOException e) when (e.Message.Contains("bind", StringComparison.OrdinalIgnoreCase))
        {
            return Fail([Busy(e)]);
        }
        catch (SocketException e)
        {
            return Fail([$"A port cannot be opened: {e.Message}"]);
        }
    }

    private static string Busy(IOException e) =>
        $"{e.Message.TrimEnd('.')}. Stop the other program, or start on another port: --urls http://localhost:9000";

    private static int Fail(IEnumerable<string> messages)
    {
        Console.Error.WriteLine("Tertulia cannot start:");
        foreach (var message in messages) Console.Error.WriteLine($"  {message}");
        return 1;
    }
}
