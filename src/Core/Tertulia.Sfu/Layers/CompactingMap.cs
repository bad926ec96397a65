namespace Tertulia.Sfu.Layers;

internal enum MapResult
{
    /// <summary>Goes out under the number given.</summary>
    Forward,

    /// <summary>Leaves no trace: later numbers close up.</summary>
    Drop,

    /// <summary>Is not wanted, but came so late that its number is taken: something must fill the place.</summary>
    Fill,

    /// <summary>Older than what is remembered, or than the beginning.</summary>
    TooOld,
}

/// <summary>
/// Renumbers a sequence of which some members are left out. What is left out closes up; what is missing keeps its place, since
/// it may still come. Works for sequence numbers and picture ids, both unwrapped.
/// </summary>
internal sealed class CompactingMap(int window)
{
    private const long Dropped = long.MinValue;

    // By input modulo the window: the input (plus one, so that 0 is nobody) and what became of it.
    private readonly long[] _inputs = new long[window];
    private readonly long[] _outputs = new long[window];
    private long _first = long.MaxValue;
    private long _highest;
    private long _offset;

    /// <summary>Highest output so far; the next start goes on behind it.</summary>
    public long LastOutput { get; private set; }

    /// <summary>From <paramref name="input"/> on, which becomes <paramref name="output"/>. What came before is forgotten.</summary>
    public void Start(long input, long output)
    {
        _first = input;
        _highest = input - 1;
        _offset = output - input;
        LastOutput = output - 1;
    }

    /// <summary>Others behind it were mapped before.</summary>
    public bool IsLate(long input) => input <= _highest;

    public MapResult Map(long input, bool forward, out long output)
    {
        output = 0;
        if (input < _first || input <= _highest - window) return MapResult.TooOld;
        if (input <= _highest) return Recall(input, forward, out output);

        // What was skipped may still come, and then wants its place.
        for (var skipped = Math.Max(_highest + 1, input - window + 1); skipped < input; skipped++) Remember(skipped, skipped + _offset);
        _highest = input;
        if (!forward)
        {
            Remember(input, Dropped);
            _offset--;
            return MapResult.Drop;
        }

        output = LastOutput = input + _offset;
        Remember(input, output);
        return MapResult.Forward;
    }

    private MapResult Recall(long input, bool forward, out long output)
    {
        var slot = Slot(input);
        output = _outputs[slot];
        if (_inputs[slot] != input + 1) return MapResult.TooOld;
        if (output == Dropped) return MapResult.Drop;
        LastOutput = Math.Max(LastOutput, output);
        return forward ? MapResult.Forward : MapResult.Fill;
    }

    private void Remember(long input, long output)
    {
        var slot = Slot(input);
        _inputs[slot] = input + 1;
        _outputs[slot] = output;
    }

    private int Slot(long input) => (int)((ulong)input % (ulong)window);
}
