using System.Runtime.InteropServices;

namespace Tertulia.Recording.Composition;

/// <summary>
/// Adds up everybody's sound on one clock of 48 kHz: pieces come in roughly in order, each with its place; what lies far enough back is
/// handed on. Where nobody was heard there is silence. Usable live as well as on files.
/// </summary>
internal sealed class AudioMixer
{
    private const int Channels = Sound.Channels;

    // Pieces may be so late, in sample frames, that they still find their place: repaired packets, clocks that are set right.
    private const int Window = Sound.SampleRate * 8;

    private readonly int[] _sum = new int[Window * Channels];
    private readonly short[] _out = new short[Sound.SampleRate / 10 * Channels];
    private long _done;

    /// <summary>Sample frames handed on.</summary>
    public long Position => _done;

    /// <summary>Sample frames that came too late, or lay too far ahead.</summary>
    public long Misplaced { get; private set; }

    /// <param name="at">Sample frame of the first one; before 0 lies what came before the recording.</param>
    public void Add(long at, ReadOnlySpan<short> pcm)
    {
        for (var i = 0; i + Channels <= pcm.Length; i += Channels, at++)
        {
            if (at < _done || at >= _done + Window)
            {
                if (at >= 0) Misplaced++;
                continue;
            }

            var slot = (int)(at % Window) * Channels;
            _sum[slot] += pcm[i];
            _sum[slot + 1] += pcm[i + 1];
        }
    }

    /// <summary>Hands on everything before <paramref name="until"/> (sample frames), as interleaved little-endian samples.</summary>
    public void Advance(long until, Stream to)
    {
        while (_done < until)
        {
            var frames = (int)Math.Min(until - _done, Math.Min(_out.Length / Channels, Window - _done % Window));
            var from = (int)(_done % Window) * Channels;
            var sum = _sum.AsSpan(from, frames * Channels);
            for (var i = 0; i < sum.Length; i++) _out[i] = Limit(sum[i]);
            sum.Clear();
            to.Write(MemoryMarshal.AsBytes(_out.AsSpan(0, sum.Length)));
            _done += frames;
        }
    }

    /// <summary>Several loud voices together are pressed down rather than cut off.</summary>
    private static short Limit(int sample)
    {
        const int knee = 24_000, room = short.MaxValue - knee;
        var size = Math.Abs(sample);
        if (size <= knee) return (short)sample;
        var over = size - knee;
        size = knee + (int)((long)room * over / (room + over));
        return (short)(sample < 0 ? -size : size);
    }
}
