namespace Tertulia.Rtc.Tests.Codecs;

/// <summary>Structures of AV1 RTP specification section A.10.2, with sequences of templates that follow them.</summary>
internal static class Structures
{
    public static readonly StructureModel L1T1 = new(
        5, [new(0, 0, "S", [], [0]), new(0, 0, "S", [1], [1])], [0], [(1280, 720)]);

    /// <summary>Section A.10.2.1.</summary>
    public static readonly StructureModel L1T3 = new(
        60, // so that ids wrap around
        [
            new(0, 0, "SSS", [], [0]),
            new(0, 0, "SSS", [4], [4]),
            new(0, 1, "SD-", [2], [2]),
            new(0, 2, "D--", [1], [1]),
            new(0, 2, "D--", [1], [3]),
        ],
        [0, 0, 0]);

    /// <summary>Section A.10.2.2: of each picture's three frames the lower ones are needed by the higher.</summary>
    public static readonly StructureModel L3T3 = new(
        0,
        [
            new(0, 0, "SSSSSSSSS", [], [0, 0, 0]),
            new(0, 0, "RRRRRRSSS", [12], [12, 11, 10]),
            new(0, 1, "RR-RR-SD-", [6], [6, 5, 4]),
            new(0, 2, "R--R--D--", [3], [3, 2, 1]),
            new(0, 2, "R--R--D--", [3], [9, 8, 7]),
            new(1, 0, "SSSSSS---", [1], [1, 1, 1]),
            new(1, 0, "RRRSSS---", [12, 1], [1, 1, 1]),
            new(1, 1, "RR-SD----", [6, 1], [7, 6, 5]),
            new(1, 2, "R--D-----", [3, 1], [4, 3, 2]),
            new(1, 2, "R--D-----", [3, 1], [10, 9, 8]),
            new(2, 0, "SSS------", [1], [2, 1, 1]),
            new(2, 0, "SSS------", [12, 1], [2, 1, 1]),
            new(2, 1, "SD-------", [6, 1], [8, 7, 6]),
            new(2, 2, "D--------", [3, 1], [5, 4, 3]),
            new(2, 2, "D--------", [3, 1], [11, 10, 9]),
        ],
        [2, 2, 2, 1, 1, 1, 0, 0, 0],
        [(320, 180), (640, 360), (1280, 720)]);

    /// <summary>As <see cref="L3T3"/> with two layers each way, where only key pictures use prediction between layers.</summary>
    public static readonly StructureModel L2T2Key = new(
        20,
        [
            new(0, 0, "SSSS", [], [0, 0]),
            new(0, 0, "SS--", [4], [4, 3]),
            new(0, 1, "D---", [2], [2, 1]),
            new(1, 0, "--SS", [1], [1, 1]),
            new(1, 0, "--SS", [4], [1, 4]),
            new(1, 1, "--D-", [2], [3, 2]),
        ],
        [0, 0, 1, 1]);

    /// <summary>The template of each frame, key picture first: twelve frames, after which the period of twelve is repeated.</summary>
    public static readonly int[] L3T3Start = [0, 5, 10, 3, 8, 13, 2, 7, 12, 4, 9, 14];

    public static readonly int[] L3T3Period = [1, 6, 11, 3, 8, 13, 2, 7, 12, 4, 9, 14];
}
