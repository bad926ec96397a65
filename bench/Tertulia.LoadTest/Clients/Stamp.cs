using System.Buffers.Binary;
using System.Diagnostics;
using Tertulia.Rtc.Net;

namespace Tertulia.LoadTest.Clients;

/// <summary>The time at which a packet was sent, in its payload: sender and receiver are one process with one clock.</summary>
internal static class Stamp
{
    public const int Length = sizeof(long);

    /// <summary>Behind the Opus TOC byte.</summary>
    public const int AudioOffset = 1;

    /// <summary>Behind the VP8 payload descriptor of 6 bytes and a key frame's header of 10.</summary>
    public const int VideoOffset = 16;

    private static readonly long s_start = Stopwatch.GetTimestamp();

    public static Instant Now => new(Stopwatch.GetElapsedTime(s_start).Ticks + TimeSpan.TicksPerSecond);

    public static void Write(Span<byte> destination) => BinaryPrimitives.WriteInt64BigEndian(destination, Now.Ticks);

    public static Instant Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadInt64BigEndian(source));
}
