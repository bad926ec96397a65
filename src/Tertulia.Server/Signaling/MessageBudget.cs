namespace Tertulia.Server.Signaling;

/// <summary>
/// How much a client may say: 50 messages a second with a burst of 200. A bucket of tokens, filled by the clock that it is
/// given; candidates, of which a client with many connections sends hundreds at once, cost a tenth.
/// </summary>
internal sealed class MessageBudget(TimeProvider time)
{
    public const double PerSecond = 50;
    public const double Burst = 200;
    public const double CandidateCost = 0.1;

    /// <summary>After so many dropped messages the client is not heard any more.</summary>
    public const int MaxDropped = 2_000;

    private static readonly TimeSpan s_betweenErrors = TimeSpan.FromSeconds(1);

    private double _tokens = Burst;
    private long _filledAt = time.GetTimestamp();
    private long? _toldAt;

    public int Dropped { get; private set; }

    public bool IsExhausted => Dropped >= MaxDropped;

    /// <summary>False: the message is dropped.</summary>
    public bool TryTake(double cost)
    {
        Fill();
        if (_tokens < cost)
        {
            Dropped++;
            return false;
        }
        _tokens -= cost;
        return true;
    }

    /// <summary>Charges for what turned out to cost more; the debt delays what comes next.</summary>
    public void Charge(double cost) => _tokens -= cost;

    /// <summary>True at most once a second: dropped messages are not to be answered one by one.</summary>
    public bool MayTell()
    {
        var now = time.GetTimestamp();
        if (_toldAt is { } told && time.GetElapsedTime(told, now) < s_betweenErrors) return false;
        _toldAt = now;
        return true;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + time.GetElapsedTime(_filledAt, now).TotalSeconds * PerSecond);
        _filledAt = now;
    }
}
