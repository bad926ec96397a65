namespace Tertulia.Speech.Voice;

/// <summary>The one form of audio that everything here works on: 16 kHz, one channel, 16 bits, in frames of 20 ms.</summary>
public static class SpeechAudio
{
    public const int SampleRate = 16_000;
    public const int FrameSamples = SampleRate / 50;

    public static readonly TimeSpan FrameDuration = TimeSpan.FromMilliseconds(20);

    public static TimeSpan Duration(long samples) => TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / SampleRate);

    public static int Samples(TimeSpan duration) => (int)(duration.Ticks * SampleRate / TimeSpan.TicksPerSecond);
}
