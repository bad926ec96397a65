namespace Tertulia.Rtc.Tests.Codecs;

/// <summary>A template as the tables of the AV1 RTP specification have it: indications as "SRD-", one for each decode target.</summary>
internal sealed record Template(int S, int T, string Indications, int[] FrameDifferences, int[] Chains);

/// <summary>Extended fields of a frame that differ from its template.</summary>
internal sealed record Custom(uint? Active = null, string? Indications = null, int[]? FrameDifferences = null, int[]? Chains = null);

/// <summary>Writes dependency descriptors bit by bit, straight from the syntax in section A.8.2.</summary>
internal sealed record StructureModel(int Offset, Template[] Templates, int[] ProtectedBy, (int Width, int Height)[]? Sizes = null)
{
    public int DecodeTargets => Templates[0].Indications.Length;

    public byte[] Packet(int template, int frameNumber, bool first = true, bool last = true, bool attach = false, Custom? custom = null)
    {
        var bits = new List<bool>();
        Write(bits, first ? 1 : 0, 1);
        Write(bits, last ? 1 : 0, 1);
        Write(bits, (Offset + template) % 64, 6);
        Write(bits, frameNumber & 0xffff, 16);
        if (!attach && custom is null) return Pack(bits);

        custom ??= new();
        foreach (var flag in (bool[])[attach, custom.Active is not null, custom.Indications is not null, custom.FrameDifferences is not null, custom.Chains is not null])
        {
            bits.Add(flag);
        }

        if (attach) WriteStructure(bits);
        if (custom.Active is { } active) Write(bits, active, DecodeTargets);
        foreach (var symbol in custom.Indications ?? "") Write(bits, "-DSR".IndexOf(symbol, StringComparison.Ordinal), 2);
        if (custom.FrameDifferences is not null)
        {
            foreach (var difference in custom.FrameDifferences)
            {
                var nibbles = difference <= 16 ? 1 : difference <= 256 ? 2 : 3;
                Write(bits, nibbles, 2);
                Write(bits, difference - 1, 4 * nibbles);
            }

            Write(bits, 0, 2);
        }

        foreach (var chain in custom.Chains ?? []) Write(bits, chain, 8);
        return Pack(bits);
    }

    private void WriteStructure(List<bool> bits)
    {
        Write(bits, Offset, 6);
        Write(bits, DecodeTargets - 1, 5);
        for (var i = 0; i < Templates.Length; i++)
        {
            var next = i + 1 == Templates.Length ? 3
                : Templates[i + 1].S > Templates[i].S ? 2
                : Templates[i + 1].T > Templates[i].T ? 1 : 0;
            Write(bits, next, 2);
        }

        foreach (var template in Templates)
        {
            foreach (var symbol in template.Indications) Write(bits, "-DSR".IndexOf(symbol, StringComparison.Ordinal), 2);
        }

        foreach (var template in Templates)
        {
            foreach (var difference in template.FrameDifferences)
            {
                bits.Add(true);
                Write(bits, difference - 1, 4);
            }

            bits.Add(false);
        }

        var chains = Templates[0].Chains.Length;
        WriteNonSymmetric(bits, DecodeTargets + 1, chains);
        if (chains > 0)
        {
            foreach (var chain in ProtectedBy) WriteNonSymmetric(bits, chains, chain);
            foreach (var template in Templates)
            {
                foreach (var difference in template.Chains) Write(bits, difference, 4);
            }
        }

        bits.Add(Sizes is not null);
        foreach (var (width, height) in Sizes ?? [])
        {
            Write(bits, width - 1, 16);
            Write(bits, height - 1, 16);
        }
    }

    private static void Write(List<bool> bits, long value, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--) bits.Add((value >> bit & 1) != 0);
    }

    private static void WriteNonSymmetric(List<bool> bits, int count, int value)
    {
        if (count == 1) return;
        var width = 0;
        for (var x = count; x != 0; x >>= 1) width++;
        var shorter = (1 << width) - count;
        if (value < shorter) Write(bits, value, width - 1);
        else Write(bits, value + shorter, width);
    }

    private static byte[] Pack(List<bool> bits)
    {
        var bytes = new byte[(bits.Count + 7) / 8];
        for (var i = 0; i < bits.Count; i++)
        {
            if (bits[i]) bytes[i / 8] |= (byte)(0x80 >> i % 8);
        }

        return bytes;
    }
}
