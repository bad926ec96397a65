using Tertulia.LoadTest.Clients;
using Tertulia.LoadTest.Targets;

namespace Tertulia.LoadTest.Scenarios;

/// <summary>So many clients of one kind in each room.</summary>
internal sealed record Crowd(int Count, ClientPlan Plan);

/// <summary>A situation to put a server into.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="About">One line for the help.</param>
/// <param name="Size">What --size changes: viewers, participants or meetings.</param>
/// <param name="Saturating">The --rate at which one core has more than enough to do.</param>
internal sealed record Scenario(string Name, string About, int Size, double Saturating)
{
    private static readonly MediaProfile s_bursts = new([new(1280, 720, 2_200_000)], 0) { Burst = 8 };
    private static readonly MediaProfile s_simulcast = MediaProfile.Camera with { TemporalLayers = 3 };
    private static readonly MediaProfile s_small = new([new(320, 180, 150_000)], 80);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("viewers", "one camera, 30 bursts of 8 packets of 1,200 bytes a second, to --size viewers", 50, 8)
        {
            Rooms = static _ => 1, Crowds = static size => [new(1, new(s_bursts, false, 0)), new(size, new(MediaProfile.Nothing, true, 720))],
        },
        new("meeting10", "--size people who all see (360 rows) and hear each other, three-layer simulcast and Opus", 10, 8)
        {
            Rooms = static _ => 1, Crowds = static size => [new(size, new(s_simulcast, true, 360))],
        },
        new("meeting50", "the same as a wall of --size small pictures (180 rows)", 50, 1.5)
        {
            Rooms = static _ => 1, Crowds = static size => [new(size, new(s_simulcast, true, 180))],
        },
        new("small200", "--size meetings of 4, each with a small camera and a microphone", 200, 0.8)
        {
            Rooms = static size => size, Crowds = static _ => [new(4, new(s_small, true, 180))],
        },
        new("audio1000", "one microphone, 160 bytes 50 times a second, to --size listeners", 1000, 4)
        {
            Rooms = static _ => 1, Crowds = static size => [new(1, new(new([], 160), false, 0)), new(size, new(MediaProfile.Nothing, true, 0))],
        },
        new("idle", "--size people who are there, and neither send nor receive", 200, 1)
        {
            Rooms = static size => (size + 9) / 10, Crowds = static _ => [new(10, new(MediaProfile.Nothing, false, 0))],
        },
        new("churn", "--size joins and leaves a second in ten meetings; each who comes sends, receives and stays 3 s", 20, 4)
        {
            Rooms = static _ => 10, Crowds = static _ => [new(1, new(s_small, true, 180))], Churns = true,
        },
    ];

    /// <summary>How many rooms, by size.</summary>
    public required Func<int, int> Rooms { get; init; }

    /// <summary>Who is in each room, by size.</summary>
    public required Func<int, IReadOnlyList<Crowd>> Crowds { get; init; }

    /// <summary>Clients come and go all the time; size counts them per second.</summary>
    public bool Churns { get; init; }

    /// <summary>Packets are of this size, about: the floor is measured with it.</summary>
    public int PacketBytes => Name == "audio1000" ? 200 : 1200;
}
