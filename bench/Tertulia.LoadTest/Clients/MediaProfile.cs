namespace Tertulia.LoadTest.Clients;

/// <summary>One encoding of a camera.</summary>
/// <param name="Width">Columns of pixels.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="BitsPerSecond">What the encoder aims at.</param>
internal sealed record Encoding(int Width, int Height, long BitsPerSecond);

/// <summary>What a load client publishes.</summary>
/// <param name="Encodings">Of its camera, the smallest first: several are simulcast. Empty: no video.</param>
/// <param name="AudioBytes">Payload of each Opus packet; 0: no audio.</param>
internal sealed record MediaProfile(IReadOnlyList<Encoding> Encodings, int AudioBytes)
{
    public static readonly MediaProfile Nothing = new([], 0);

    /// <summary>Chromium's choice for a 720p camera with simulcast, and 32 kbit/s of Opus.</summary>
    public static readonly MediaProfile Camera = new([new(320, 180, 150_000), new(640, 360, 500_000), new(1280, 720, 1_700_000)], 80);

    public double FramesPerSecond { get; init; } = 30;

    public double AudioPacketsPerSecond { get; init; } = 50;

    /// <summary>1 to 3.</summary>
    public int TemporalLayers { get; init; } = 1;

    /// <summary>Not an encoder's frames, but this many full packets at once, each time; 0 for frames.</summary>
    public int Burst { get; init; }

    /// <summary>The same packets more or less often: how load is turned up without changing what a packet costs.</summary>
    public MediaProfile AtRate(double rate) => this with
    {
        FramesPerSecond = FramesPerSecond * rate,
        AudioPacketsPerSecond = AudioPacketsPerSecond * rate,
        Encodings = [.. Encodings.Select(encoding => encoding with { BitsPerSecond = (long)(encoding.BitsPerSecond * rate) })],
    };

    public bool HasVideo => Encodings.Count > 0;

    public bool HasAudio => AudioBytes > 0;

    public bool IsSimulcast => Encodings.Count > 1;
}
