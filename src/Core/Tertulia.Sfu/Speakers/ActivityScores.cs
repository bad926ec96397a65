namespace Tertulia.Sfu.Speakers;

/// <summary>
/// How much more a count of active units looks like speech than like noise (Volfin and Cohen, section 3): in speech each of the
/// n units is active with probability one half, in noise the count falls off exponentially.
/// </summary>
internal sealed class ActivityScores
{
    /// <summary>The paper's scores have to be positive to be divided.</summary>
    private const double Least = 1e-10;

    private readonly double[] _logarithms;

    /// <param name="units">n: how many units can be active.</param>
    /// <param name="decay">λ of the noise hypothesis.</param>
    public ActivityScores(int units, double decay)
    {
        _logarithms = new double[units + 1];
        var choose = 0.0;
        for (var active = 0; active <= units; active++)
        {
            if (active > 0) choose += Math.Log((units - active + 1.0) / active);
            var score = choose - units * Math.Log(2) - Math.Log(decay) + decay * active;
            _logarithms[active] = Math.Log(Math.Max(score, Least));
        }
    }

    /// <summary>By how much the challenger's count speaks more for speech than the dominant speaker's: the logarithm of the scores' ratio.</summary>
    public double Compare(int challenger, int dominant) => _logarithms[challenger] - _logarithms[dominant];
}
