using Tertulia.Rtc.Net;
using Tertulia.Sfu.Speakers;

namespace Tertulia.Sfu.Tests.Speakers;

/// <summary>Plays voices to a detector in virtual time and notes what it says.</summary>
internal sealed class Conversation
{
    private readonly DominantSpeaker _detector = new();
    private readonly List<(ParticipantId Id, Voice Voice, int Phase)> _voices = [];
    private readonly Random _random = new(1);

    /// <summary>The detector's words: when (ms), and who.</summary>
    public List<(int At, string? Speaker)> Changes { get; } = [];

    public DominantSpeaker Detector => _detector;

    /// <summary>Packets come late by up to this many milliseconds.</summary>
    public int Jitter { get; init; }

    /// <summary>Frames per packet.</summary>
    public int FramesPerPacket { get; init; } = 1;

    /// <summary>Packets from each sender carry the voice bit.</summary>
    public bool MarksVoice { get; init; } = true;

    public Dictionary<int, Action<DominantSpeaker>> At { get; } = [];

    public string? SpeakerAt(int milliseconds) => Changes.LastOrDefault(change => change.At <= milliseconds).Speaker;

    public Conversation With(string name, Voice voice)
    {
        _voices.Add((new(name), voice, _random.Next(20)));
        return this;
    }

    public Conversation Play(int milliseconds)
    {
        var packets = new PriorityQueue<(ParticipantId Id, int Level), (int At, int Order)>();
        var order = 0;
        foreach (var (id, voice, phase) in _voices)
        {
            for (var frame = 0; frame < milliseconds / 20; frame += FramesPerPacket)
            {
                if (voice.Level(frame) is not { } level) continue;
                packets.Enqueue((id, level), (20 * frame + phase + _random.Next(Jitter + 1), order++));
            }
        }

        for (var now = 0; now < milliseconds; now++)
        {
            var instant = Instant.FromMilliseconds(now);
            if (At.TryGetValue(now, out var action)) action(_detector);
            while (packets.TryPeek(out var packet, out var due) && due.At <= now)
            {
                packets.Dequeue();
                _detector.OnAudioLevel(instant, packet.Id, (byte)packet.Level, MarksVoice && packet.Level < 60);
            }

            if (instant >= _detector.NextDeadline && _detector.TryDecide(instant, out var speaker)) Changes.Add((now, speaker?.Value));
        }

        return this;
    }
}
