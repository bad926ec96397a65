using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.Sfu.Tests.Scenarios;

/// <summary>Counts what a tap hears of each stream.</summary>
internal sealed class Tapped : IMediaTap
{
    public sealed class Heard(TapStream stream)
    {
        public TapStream Stream { get; } = stream;

        public HashSet<long> Numbers { get; } = [];

        public int Duplicates { get; set; }

        public int KeyFrames { get; set; }

        public bool BeganWithKeyFrame { get; set; }

        public (Instant CapturedAt, uint Timestamp)? Clock { get; set; }

        public bool Ended { get; set; }

        public long Missing => Numbers.Count == 0 ? 0 : Numbers.Max() - Numbers.Min() + 1 - Numbers.Count;
    }

    public List<Heard> Streams { get; } = [];

    public bool Closed { get; private set; }

    public Heard? Last(string publisher, TapSource source) =>
        Streams.LastOrDefault(heard => heard.Stream.Publisher == publisher && heard.Stream.Source == source);

    public void OnStream(Instant now, TapStream stream) => Streams.Add(new Heard(stream));

    public void OnPacket(in TappedPacket packet)
    {
        var id = packet.Stream.Id;
        var heard = Streams.Single(one => one.Stream.Id == id);
        Assert.False(heard.Ended);
        if (heard.Numbers.Count == 0) heard.BeganWithKeyFrame = packet.StartsKeyFrame;
        if (!heard.Numbers.Add(packet.SequenceNumber.Value)) heard.Duplicates++;
        if (packet.StartsKeyFrame) heard.KeyFrames++;
    }

    public void OnClock(TapStream stream, Instant capturedAt, uint timestamp) =>
        Streams.Single(one => one.Stream.Id == stream.Id).Clock = (capturedAt, timestamp);

    public void OnStreamEnded(Instant now, TapStream stream) => Streams.Single(one => one.Stream.Id == stream.Id).Ended = true;

    public void OnDropped(Instant now, long packets) => Assert.Fail("A tap on the room itself drops nothing.");

    public void OnClosed(Instant now) => Closed = true;
}
