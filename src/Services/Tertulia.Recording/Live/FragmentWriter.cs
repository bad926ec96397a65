using System.Buffers.Binary;

namespace Tertulia.Recording.Live;

/// <summary>One encoded picture or piece of sound.</summary>
/// <param name="Time">In its track's timescale, from the broadcast's start.</param>
/// <param name="Duration">In the same units.</param>
internal readonly record struct LiveSample(long Time, int Duration, bool IsKeyFrame, byte[] Data);

/// <summary>
/// Writes fragmented MP4 (ISO/IEC 14496-12) of one H.264 and one AAC track: the head once for each encoder, then a fragment for each part
/// of the stream.
/// </summary>
internal static class FragmentWriter
{
    public const int VideoTimescale = 90_000, AudioTimescale = Composition.Sound.SampleRate;

    private const int VideoTrack = 1, AudioTrack = 2;

    // ISO/IEC 14496-12 section 8.8.3.1: depends on no other sample; depends on others and is no sync sample.
    private const int SyncSample = 0x0200_0000, OtherSample = 0x0101_0000;

    // Section 8.8.7 and 8.8.8: what the optional fields of tfhd and trun are.
    private const int DefaultBaseIsMoof = 0x02_0000, HasDataOffset = 0x01, HasDuration = 0x100, HasSize = 0x200, HasFlags = 0x400;

    public static byte[] Head(int width, int height, byte[] avcConfiguration, byte[] audioConfiguration)
    {
        var boxes = new BoxWriter();
        using (boxes.Box("ftyp"u8)) boxes.Text("iso6"u8).Int(0).Text("iso6"u8).Text("mp41"u8);
        using (boxes.Box("moov"u8))
        {
            using (boxes.FullBox("mvhd"u8)) boxes.Int(0).Int(0).Int(1000).Int(0).Int(0x1_0000).Short(0x100).Zeros(10).Matrix().Zeros(24).Int(AudioTrack + 1);
            WriteTrack(boxes, VideoTrack, width, height, VideoTimescale, entry =>
            {
                using (entry.Box("avc1"u8))
                {
                    entry.Zeros(6).Short(1).Zeros(16).Short(width).Short(height).Int(0x48_0000).Int(0x48_0000).Int(0).Short(1).Zeros(32).Short(0x18).Short(-1);
                    using (entry.Box("avcC"u8)) entry.Bytes(avcConfiguration);
                }
            });
            WriteTrack(boxes, AudioTrack, 0, 0, AudioTimescale, entry =>
            {
                using (entry.Box("mp4a"u8))
                {
                    entry.Zeros(6).Short(1).Zeros(8).Short(Composition.Sound.Channels).Short(16).Zeros(4).Int(AudioTimescale << 16);
                    WriteElementaryStream(entry, audioConfiguration);
                }
            });
            using (boxes.Box("mvex"u8))
            {
                foreach (var track in (ReadOnlySpan<int>)[VideoTrack, AudioTrack])
                {
                    using (boxes.FullBox("trex"u8)) boxes.Int(track).Int(1).Zeros(12);
                }
            }
        }

        return boxes.ToArray();
    }

    /// <param name="number">Ascending over the whole broadcast.</param>
    public static byte[] Fragment(int number, IReadOnlyList<LiveSample> pictures, IReadOnlyList<LiveSample> sounds)
    {
        var boxes = new BoxWriter();
        int videoOffset = -1, audioOffset = -1;
        using (boxes.Box("moof"u8))
        {
            using (boxes.FullBox("mfhd"u8)) boxes.Int(number);
            if (pictures.Count > 0) videoOffset = WriteTrackFragment(boxes, VideoTrack, pictures, isVideo: true);
            if (sounds.Count > 0) audioOffset = WriteTrackFragment(boxes, AudioTrack, sounds, isVideo: false);
        }

        var media = boxes.Length + 8;
        if (videoOffset >= 0) boxes.Patch(videoOffset, media);
        if (audioOffset >= 0) boxes.Patch(audioOffset, media + pictures.Sum(sample => sample.Data.Length));
        using (boxes.Box("mdat"u8))
        {
            foreach (var sample in pictures) boxes.Bytes(sample.Data);
            foreach (var sample in sounds) boxes.Bytes(sample.Data);
        }

        return boxes.ToArray();
    }

    /// <returns>Where the data offset stands that has to be patched.</returns>
    private static int WriteTrackFragment(BoxWriter boxes, int track, IReadOnlyList<LiveSample> samples, bool isVideo)
    {
        using var fragment = boxes.Box("traf"u8);
        using (boxes.FullBox("tfhd"u8, flags: DefaultBaseIsMoof)) boxes.Int(track);
        using (boxes.FullBox("tfdt"u8, version: 1)) boxes.Long(samples[0].Time);
        using var run = boxes.FullBox("trun"u8, flags: HasDataOffset | HasDuration | HasSize | HasFlags);
        boxes.Int(samples.Count);
        var offset = boxes.Length;
        boxes.Int(0);
        foreach (var sample in samples) boxes.Int(sample.Duration).Int(sample.Data.Length).Int(!isVideo || sample.IsKeyFrame ? SyncSample : OtherSample);
        return offset;
    }

    /// <param name="width">0: sound.</param>
    private static void WriteTrack(BoxWriter boxes, int track, int width, int height, int timescale, Action<BoxWriter> writeEntry)
    {
        var isVideo = width > 0;
        using var trak = boxes.Box("trak"u8);
        // Flags: enabled and in the presentation.
        using (boxes.FullBox("tkhd"u8, flags: 3))
            boxes.Int(0).Int(0).Int(track).Int(0).Int(0).Zeros(8).Short(0).Short(isVideo ? 0 : 1).Short(isVideo ? 0 : 0x100).Short(0).Matrix().Int(width << 16).Int(height << 16);
        using var mdia = boxes.Box("mdia"u8);
        using (boxes.FullBox("mdhd"u8)) boxes.Int(0).Int(0).Int(timescale).Int(0).Short(0x55c4).Short(0); // language "und"
        using (boxes.FullBox("hdlr"u8)) boxes.Int(0).Text(isVideo ? "vide"u8 : "soun"u8).Zeros(13);
        using var minf = boxes.Box("minf"u8);
        if (isVideo) using (boxes.FullBox("vmhd"u8, flags: 1)) boxes.Zeros(8);
        else using (boxes.FullBox("smhd"u8)) boxes.Zeros(4);
        using (boxes.Box("dinf"u8))
        using (boxes.FullBox("dref"u8))
        {
            boxes.Int(1);
            // Flag: the data is in the same file.
            boxes.FullBox("url "u8, flags: 1).Dispose();
        }

        using var tables = boxes.Box("stbl"u8);
        using (boxes.FullBox("stsd"u8))
        {
            boxes.Int(1);
            writeEntry(boxes);
        }

        WriteEmptyTables(boxes);
    }

    /// <summary>What there is stands in the fragments.</summary>
    private static void WriteEmptyTables(BoxWriter boxes)
    {
        using (boxes.FullBox("stts"u8)) boxes.Int(0);
        using (boxes.FullBox("stsc"u8)) boxes.Int(0);
        using (boxes.FullBox("stsz"u8)) boxes.Int(0).Int(0);
        using (boxes.FullBox("stco"u8)) boxes.Int(0);
    }

    /// <summary>ISO/IEC 14496-1 section 7.2.6: descriptors within descriptors, each with its length, which are all short here.</summary>
    private static void WriteElementaryStream(BoxWriter boxes, byte[] configuration)
    {
        const byte elementaryStream = 3, decoder = 4, specific = 5, synchronisation = 6, mpeg4Audio = 0x40, audioStream = 0x15;
        using (boxes.FullBox("esds"u8))
        {
            boxes.Byte(elementaryStream).Byte(3 + 15 + 2 + configuration.Length + 3).Short(0).Byte(0);
            boxes.Byte(decoder).Byte(13 + 2 + configuration.Length).Byte(mpeg4Audio).Byte(audioStream).Zeros(3).Int(0).Int(0);
            boxes.Byte(specific).Byte(configuration.Length).Bytes(configuration);
            boxes.Byte(synchronisation).Byte(1).Byte(2);
        }
    }
}

/// <summary>Boxes within boxes, whose lengths are filled in when they close.</summary>
internal sealed class BoxWriter
{
    private byte[] _bytes = new byte[64 * 1024];

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public OpenBox Box(ReadOnlySpan<byte> type)
    {
        var start = Length;
        Int(0).Text(type);
        return new(this, start);
    }

    public OpenBox FullBox(ReadOnlySpan<byte> type, int version = 0, int flags = 0)
    {
        var box = Box(type);
        Int(version << 24 | flags);
        return box;
    }

    public BoxWriter Byte(int value)
    {
        Reserve(1)[0] = (byte)value;
        return this;
    }

    public BoxWriter Short(int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Reserve(2), (short)value);
        return this;
    }

    public BoxWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);
        return this;
    }

    public BoxWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);
        return this;
    }

    public BoxWriter Zeros(int count)
    {
        Reserve(count).Clear();
        return this;
    }

    public BoxWriter Text(ReadOnlySpan<byte> text) => Bytes(text);

    public BoxWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return this;
    }

    /// <summary>The one that changes nothing.</summary>
    public BoxWriter Matrix() => Int(0x1_0000).Zeros(12).Int(0x1_0000).Zeros(12).Int(0x4000_0000);

    public void Patch(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(at), value);

    private Span<byte> Reserve(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        var place = _bytes.AsSpan(Length, count);
        Length += count;
        return place;
    }

    /// <summary>Closes when disposed.</summary>
    public readonly struct OpenBox(BoxWriter writer, int start) : IDisposable
    {
        public void Dispose() => writer.Patch(start, writer.Length - start);
    }
}
