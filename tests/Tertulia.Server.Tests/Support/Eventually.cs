using System.Diagnostics;

namespace Tertulia.Server.Tests.Support;

/// <summary>Looks again until a condition holds or the time is over: the one place in these tests that lets time pass.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> look, TimeSpan? patience = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } found) return found;
            if (watch.Elapsed > (patience ?? TimeSpan.FromSeconds(30))) throw new TimeoutException($"{what}: not within {watch.Elapsed.TotalSeconds:0} s");
            await Task.Delay(s_pause);
        }
    }

    public static Task TrueAsync(string what, Func<Task<bool>> look, TimeSpan? patience = null) =>
        GetAsync(what, async () => await look() ? "yes" : null, patience);
}
