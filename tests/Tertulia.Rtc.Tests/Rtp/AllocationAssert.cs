namespace Tertulia.Rtc.Tests.Rtp;

internal static class AllocationAssert
{
    /// <summary>Runs the work often enough to be warm, then once more often with an eye on the heap.</summary>
    public static void None(Action work, int rounds = 1000)
    {
        for (var i = 0; i < rounds; i++) work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++) work();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
