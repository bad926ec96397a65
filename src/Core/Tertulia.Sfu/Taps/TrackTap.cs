using Tertulia.Rtc;
using Tertulia.Rtc.Codecs;
using Tertulia.Rtc.Net;
using Tertulia.Rtc.Sdp;
using Tertulia.Sfu.Forwarding;
using Tertulia.Taps;

namespace Tertulia.Sfu.Taps;

/// <summary>
/// One listener of one published track. It is a subscriber in all but the sending: it chooses an encoding, changes to another at a key
/// frame only, and asks for key frames.
/// </summary>
internal sealed class TrackTap(RoomTap owner, PublishedTrack track)
{
    private PublishedLayer? _layer;
    private TapStream? _stream;

    public RoomTap Owner { get; } = owner;

    /// <summary>Rows of pixels that are of use to the listener; 0 for audio.</summary>
    public int WantedHeight => track.Kind == MediaKind.Video ? Owner.Options.VideoHeight : 0;

    public void Start(Instant now)
    {
        foreach (var layer in track.LayersByIndex) layer.WantKeyFrame(now);
    }

    /// <summary>The listener needs a key frame of what it hears.</summary>
    public void Refresh(Instant now) => _layer?.WantKeyFrame(now);

    public void OnPacket(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame)
    {
        if (layer == _layer)
        {
            Hear(now, packet, frame);
        }
        else if (TrySwitch(now, layer, packet, frame))
        {
            Hear(now, packet, frame);

            // What begins the key frame may have been lost, and come again behind the rest of it.
            for (var number = packet.SequenceNumber.Value + 1; number <= layer.HighestSequenceNumber; number++)
            {
                if (layer.TryRecall(number, out var later, out var laterFrame)) Hear(now, later, laterFrame);
            }
        }
    }

    private void Hear(Instant now, in ReceivedRtp packet, in FrameLayer frame) =>
        Owner.Tap.OnPacket(new TappedPacket
        {
            Stream = _stream!,
            At = now,
            Codec = packet.Codec.Kind,
            SequenceNumber = packet.SequenceNumber,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            StartsKeyFrame = frame.IsKeyFrame,
            AudioLevel = packet.AudioLevel,
            VideoOrientation = packet.VideoOrientation,
            SpatialId = frame.SpatialId,
            TemporalId = frame.TemporalId,
            Payload = packet.Payload,
        });

    public void OnClockAnchor(PublishedLayer layer, Instant capturedAt, uint timestamp)
    {
        if (layer == _layer) Owner.Tap.OnClock(_stream!, capturedAt, timestamp);
    }

    public void Stop(Instant now)
    {
        if (_stream is not null) Owner.Tap.OnStreamEnded(now, _stream);
        _layer = null;
        _stream = null;
    }

    private bool TrySwitch(Instant now, PublishedLayer layer, in ReceivedRtp packet, in FrameLayer frame)
    {
        if (track.Kind == MediaKind.Video)
        {
            var best = Best(now);
            // With nothing to show yet, the first picture that can be decoded is better than a wait for the best.
            var isWanted = layer == best || _layer is null || !_layer.IsFlowing(now);
            if (!isWanted) return false;
            if (!frame.IsKeyFrame)
            {
                layer.WantKeyFrame(now);
                return false;
            }
        }

        Stop(now);
        _layer = layer;
        _stream = new TapStream(
            Owner.NextStreamId(), track.Publisher.Id.Value, SourceOf(track.Source), packet.Codec.Kind, packet.Codec.ClockRate, layer.Index);
        Owner.Tap.OnStream(now, _stream);
        if (layer.AnchorAt != Instant.Never) Owner.Tap.OnClock(_stream, layer.AnchorAt, layer.AnchorTimestamp);
        return true;
    }

    private PublishedLayer? Best(Instant now)
    {
        PublishedLayer? best = null;
        foreach (var layer in track.LayersByIndex)
        {
            if (!layer.IsFlowing(now)) continue;
            best = layer;
            if (layer.PictureHeight != 0 && layer.PictureHeight >= Owner.Options.VideoHeight) break;
        }

        return best;
    }

    private static TapSource SourceOf(TrackSource source) => source switch
    {
        TrackSource.Microphone => TapSource.Microphone,
        TrackSource.Camera => TapSource.Camera,
        TrackSource.Screen => TapSource.Screen,
        _ => TapSource.ScreenAudio,
    };
}
