using System.Buffers.Binary;

namespace Tertulia.Rtc.Tests.Dtls;

/// <summary>ClientHello messages taken apart and built, as they come from browsers.</summary>
internal static class ClientHellos
{
    /// <summary>
    /// A hello of the size and with the offers of a current browser: DTLS 1.3 and 1.2, post-quantum key share, and SRTP
    /// profiles with AES-CM before GCM.
    /// </summary>
    public static byte[] Browser()
    {
        var random = new Random(5);
        var body = new List<byte>();
        body.AddRange([0xfe, 0xfd]);
        body.AddRange(Bytes(32));
        body.AddRange([0, 0]);
        AddVector(body, Words(0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x002f, 0x0035));
        body.AddRange([1, 0]);
        var extensions = new List<byte>();
        AddExtension(extensions, 23, []);
        AddExtension(extensions, 0xff01, [0]);
        AddExtension(extensions, 10, Vector(Words(0x11ec, 0x001d, 0x0017, 0x0018)));
        AddExtension(extensions, 11, [1, 0]);
        AddExtension(extensions, 13, Vector(Words(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201)));
        AddExtension(extensions, 14, [.. Vector(Words(1, 8, 7)), 0]);
        AddExtension(extensions, 51, Vector([.. Words(0x11ec), .. Vector(Bytes(1216)), .. Words(0x001d), .. Vector(Bytes(32))]));
        AddExtension(extensions, 45, [1, 1]);
        AddExtension(extensions, 43, [4, 0xfe, 0xfc, 0xfe, 0xfd]);
        AddVector(body, [.. extensions]);
        return [.. body];

        byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    /// <summary>The body of the ClientHello in a datagram with one whole record.</summary>
    public static byte[] BodyOf(byte[] datagram) => datagram[25..];

    /// <summary>Records, one per fragment, with the body cut at the given places.</summary>
    public static byte[][] Fragment(byte[] body, params int[] cuts)
    {
        var fragments = new List<byte[]>();
        int[] ends = [.. cuts, body.Length];
        var start = 0;
        foreach (var end in ends)
        {
            var record = new byte[25 + end - start];
            record[0] = 22;
            record[1] = 0xfe;
            record[2] = 0xff;

            // Record numbers that the client itself does not come to use.
            record[10] = (byte)(40 * fragments.Count);
            BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)(record.Length - 13));
            record[13] = 1;
            WriteUInt24(record.AsSpan(14), body.Length);
            WriteUInt24(record.AsSpan(19), start);
            WriteUInt24(record.AsSpan(22), end - start);
            body.AsSpan(start..end).CopyTo(record.AsSpan(25));
            fragments.Add(record);
            start = end;
        }

        return [.. fragments];
    }

    private static void WriteUInt24(Span<byte> span, int value)
    {
        span[0] = (byte)(value >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)value);
    }

    private static byte[] Words(params int[] values) => [.. values.SelectMany(value => (byte[])[(byte)(value >> 8), (byte)value])];

    private static byte[] Vector(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private static void AddVector(List<byte> to, byte[] bytes) => to.AddRange(Vector(bytes));

    private static void AddExtension(List<byte> to, int type, byte[] bytes) => to.AddRange([.. Words(type), .. Vector(bytes)]);
}
