using System.Buffers.Binary;
using Tertulia.Turn;

namespace Tertulia.MediaNode.Streams;

/// <summary>Where datagrams begin and end in a byte stream: TURN messages tell their length, all else is behind one (RFC 4571).</summary>
internal static class StreamFrames
{
    public const int LengthSize = 2;

    /// <summary>Finds the first datagram.</summary>
    /// <param name="bytes">The stream as far as it has come.</param>
    /// <param name="isTurn">TURN frames itself.</param>
    /// <param name="start">Where the datagram begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="next">Where the next one begins; 0 if the stream makes no sense.</param>
    /// <returns>False while it is not wholly there.</returns>
    public static bool TryFind(ReadOnlySpan<byte> bytes, bool isTurn, out int start, out int length, out int next)
    {
        start = length = next = 0;
        if (!isTurn)
        {
            if (bytes.Length < LengthSize) return false;
            start = LengthSize;
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            next = start + length;
            return bytes.Length >= next;
        }

        if (bytes.Length < TurnFraming.PrefixSize) return false;
        if (!TurnFraming.TryGetLength(bytes, out length)) return true;
        next = length;
        return bytes.Length >= next;
    }
}
