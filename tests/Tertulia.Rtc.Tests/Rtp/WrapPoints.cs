namespace Tertulia.Rtc.Tests.Rtp;

/// <summary>First sequence numbers around which 16-bit arithmetic goes wrong if it goes wrong at all.</summary>
internal static class WrapPoints
{
    public static TheoryData<ushort> All { get; } =
    [
        0, 1, 2, 100, 16383, 32000, 32766, 32767, 32768, 32769, 33000, 65000, 65533, 65534, 65535,
    ];
}
