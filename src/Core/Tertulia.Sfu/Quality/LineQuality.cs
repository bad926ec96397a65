namespace Tertulia.Sfu.Quality;

/// <summary>How well a participant's line carries the meeting, in both directions; the best first.</summary>
public enum LineQuality
{
    Excellent,

    /// <summary>Something is lost, late or smaller than wanted, and hardly noticed.</summary>
    Good,

    /// <summary>Pictures are missing or small, or talking is hard.</summary>
    Poor,

    /// <summary>Nothing comes through.</summary>
    Lost,
}
