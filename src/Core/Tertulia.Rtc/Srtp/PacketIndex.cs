namespace Tertulia.Rtc.Srtp;

/// <summary>The 48-bit index of an RTP packet: 2^16 · rollover counter + sequence number (RFC 3711 section 3.3.1).</summary>
internal static class PacketIndex
{
    public const long Max = (1L << 48) - 1;

    /// <summary>
    /// Guesses the index of a packet with <paramref name="sequenceNumber"/> from the highest index so far, as RFC 3711
    /// appendix A does. Negative when the packet would belong before rollover counter 0.
    /// </summary>
    public static long Estimate(long highest, ushort sequenceNumber)
    {
        var rollovers = highest >> 16;
        var last = (int)(highest & 0xffff);
        if (last < 0x8000)
        {
            if (sequenceNumber - last > 0x8000) rollovers--;
        }
        else if (last - 0x8000 > sequenceNumber)
        {
            rollovers++;
        }

        return (rollovers << 16) + sequenceNumber;
    }
}
