using Tertulia.Rtc.Net;

namespace Tertulia.Sfu.Layers;

/// <summary>What one encoding costs, sublayer by sublayer, measured over half seconds.</summary>
internal sealed class LayerRates
{
    private const int Sublayers = 4;
    private const double NewShare = 0.4;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);

    private readonly long[] _bytes = new long[Sublayers * Sublayers];
    private readonly double[] _rates = new double[Sublayers * Sublayers];
    private Instant _windowEnd = Instant.Never;
    private byte _lastSpatial;
    private byte _presentSpatial;

    /// <summary>The highest in the last window and the present one: encoders drop some when bandwidth runs short.</summary>
    public byte MaxSpatial => Math.Max(_lastSpatial, _presentSpatial);

    /// <summary>The highest so far: at low frame rates a window is too short to see all.</summary>
    public byte MaxTemporal { get; private set; }

    /// <summary>At least one window was measured.</summary>
    public bool IsKnown { get; private set; }

    public void Add(Instant now, byte spatial, byte temporal, int bytes)
    {
        spatial = Math.Min(spatial, (byte)(Sublayers - 1));
        temporal = Math.Min(temporal, (byte)(Sublayers - 1));
        MaxTemporal = Math.Max(MaxTemporal, temporal);
        if (_windowEnd == Instant.Never || now - _windowEnd > Window) Restart(now);
        if (now >= _windowEnd) Close(now);
        _presentSpatial = Math.Max(_presentSpatial, spatial);
        _bytes[spatial * Sublayers + temporal] += bytes;
    }

    /// <summary>Bits a second of everything up to those sublayers.</summary>
    public long BitsPerSecond(byte spatial, byte temporal)
    {
        var sum = 0.0;
        for (var s = 0; s <= spatial && s < Sublayers; s++)
        {
            for (var t = 0; t <= temporal && t < Sublayers; t++) sum += _rates[s * Sublayers + t];
        }

        return (long)sum;
    }

    // After a pause the old figures say nothing.
    private void Restart(Instant now)
    {
        Array.Clear(_bytes);
        Array.Clear(_rates);
        IsKnown = false;
        (_lastSpatial, _presentSpatial) = (_presentSpatial, 0);
        _windowEnd = now + Window;
    }

    private void Close(Instant now)
    {
        for (var i = 0; i < _bytes.Length; i++)
        {
            var measured = _bytes[i] * 8 / Window.TotalSeconds;
            _rates[i] = IsKnown ? _rates[i] + NewShare * (measured - _rates[i]) : measured;
            _bytes[i] = 0;
        }

        (_lastSpatial, _presentSpatial) = (_presentSpatial, 0);
        IsKnown = true;
        _windowEnd = now + Window;
    }
}
