using System.Globalization;

namespace Tertulia.LoadTest.Measures;

/// <summary>What the operating system says of a process: CPU time so far, and memory now.</summary>
/// <param name="UserSeconds">Spent in the process itself.</param>
/// <param name="SystemSeconds">Spent in the kernel for it.</param>
/// <param name="ResidentBytes">Of memory.</param>
internal readonly record struct ProcessUsage(double UserSeconds, double SystemSeconds, long ResidentBytes)
{
    // USER_HZ, which is 100 on every Linux that .NET runs on (proc(5)).
    private const double TicksPerSecond = 100;

    public double CpuSeconds => UserSeconds + SystemSeconds;

    public static ProcessUsage Of(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");

        // The name, which may hold spaces and parentheses, is the second field; user and system time are fields 14 and 15, memory 24.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new(Number(fields[11]) / TicksPerSecond, Number(fields[12]) / TicksPerSecond, Number(fields[21]) * Environment.SystemPageSize);
    }

    public static ProcessUsage operator -(ProcessUsage one, ProcessUsage other) =>
        new(one.UserSeconds - other.UserSeconds, one.SystemSeconds - other.SystemSeconds, one.ResidentBytes - other.ResidentBytes);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
