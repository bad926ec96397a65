namespace Tertulia.Rtc.Tests.Rtp;

internal static class AllocationAssert
{
    /// <summary>Runs the work often enough to be warm, then again with an eye on the heap.</summary>
    public static void None(Action work, int rounds = 1000)
    {
        for (var i = 0; i < rounds; i++) work();

        // The runtime may allocate once when it swaps in better code: the best of three runs counts.
        var least = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < rounds; i++) work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
