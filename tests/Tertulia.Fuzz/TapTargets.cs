using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Fuzz;

/// <summary>What taps hear: as records of a queue or a log, and as packets that frames are made of.</summary>
internal static class TapTargets
{
    private static readonly TapStream s_camera = new(1, "ada", TapSource.Camera, CodecKind.Vp8, 90_000, 0);

    private static readonly CodecKind[] s_codecs = [CodecKind.Vp8, CodecKind.Vp9, CodecKind.H264, CodecKind.Av1];

    public static IReadOnlyList<Target> All() =>
    [
        new("tap-records", Records, OpenReplay),
        new("frames", Corpus.Datagrams, OpenAssemblers),
    ];

    private static IReadOnlyList<byte[]> Records()
    {
        var buffer = new byte[600];
        var packet = new TappedPacket { Stream = s_camera, At = default, Codec = CodecKind.Vp8, SequenceNumber = new(7), Timestamp = 9, Marker = true, Payload = new byte[300] };
        return
        [
            buffer[..TapRecord.WriteStream(buffer, default, s_camera)],
            buffer[..TapRecord.WritePacket(buffer, packet)],
            buffer[..TapRecord.WriteClock(buffer, s_camera, default, 5)],
            buffer[..TapRecord.WriteStreamEnded(buffer, default, s_camera)],
            buffer[..TapRecord.WriteDropped(buffer, default, 3)],
            buffer[..TapRecord.WriteClosed(buffer, default)],
        ];
    }

    private static Feed OpenReplay()
    {
        var replay = new TapReplay();
        var tap = new Listener();
        return input =>
        {
            // Ids of few streams only: what a real log has, and what does not fill the memory.
            if (input.Length > 12) input[10] = input[11] = input[12] = 0;
            replay.TryReplay(input, tap);
        };
    }

    private static Feed OpenAssemblers()
    {
        var assemblers = s_codecs.Select(codec => new FrameAssembler(s_camera with { Codec = codec }, TimeSpan.FromSeconds(1), Ignore)).ToArray();
        var count = 0;
        return input =>
        {
            count++;
            foreach (var assembler in assemblers)
            {
                assembler.Add(new TappedPacket
                {
                    Stream = assembler.Stream,
                    At = Instant.FromMilliseconds(count),
                    Codec = assembler.Stream.Codec,
                    SequenceNumber = new(count + (input.IsEmpty ? 0 : input[0] % 5)),
                    Timestamp = (uint)(count / 3),
                    Marker = count % 3 == 0,
                    StartsKeyFrame = count % 11 == 0,
                    Payload = input,
                });
            }
        };
    }

    private static void Ignore(in MediaFrame frame) => _ = frame.Data.Length;

    private sealed class Listener : IMediaTap
    {
        public void OnStream(Instant now, TapStream stream)
        {
        }

        public void OnPacket(in TappedPacket packet) => _ = packet.Payload.Length;

        public void OnClock(TapStream stream, Instant capturedAt, uint timestamp)
        {
        }

        public void OnStreamEnded(Instant now, TapStream stream)
        {
        }

        public void OnDropped(Instant now, long packets)
        {
        }

        public void OnClosed(Instant now)
        {
        }
    }
}
