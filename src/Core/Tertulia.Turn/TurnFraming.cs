using System.Buffers.Binary;
using Tertulia.Rtc.Stun;

namespace Tertulia.Turn;

/// <summary>Where messages end in a byte stream (RFC 8656 section 12.5): STUN by its length, ChannelData by its own, padded to four.</summary>
public static class TurnFraming
{
    /// <summary>What must be there before the length of a message is known.</summary>
    public const int PrefixSize = 4;

    /// <summary>False if no message can begin like that: the stream is not TURN, or has lost its place.</summary>
    /// <param name="prefix">The first <see cref="PrefixSize"/> bytes.</param>
    /// <param name="length">Bytes of the whole message, padding included.</param>
    public static bool TryGetLength(ReadOnlySpan<byte> prefix, out int length)
    {
        int value = BinaryPrimitives.ReadUInt16BigEndian(prefix[2..]);
        if (ChannelData.LooksLikeIt(prefix))
        {
            length = ChannelData.HeaderSize + value + 3 & ~3;
            return true;
        }

        length = StunMessage.HeaderSize + value;
        return prefix[0] < 4 && (value & 3) == 0;
    }
}
