namespace Tertulia.CaptionQuality;

/// <summary>Words that are substituted, inserted and left out.</summary>
internal static class WordErrors
{
    /// <summary>For each word that was said.</summary>
    public static double Rate(string said, string heard)
    {
        var words = Words(said);
        return (double)LastRow(words, Words(heard), isFreeToBegin: false)[^1] / words.Length;
    }

    /// <summary>Of <paramref name="heard"/> against that stretch of what was said that it resembles most.</summary>
    public static int FewestWithin(string said, string heard) => LastRow(Words(heard), Words(said), isFreeToBegin: true).Min();

    /// <summary>Edit distances of all of <paramref name="one"/> to the beginnings of <paramref name="other"/>, or to what ends there.</summary>
    private static int[] LastRow(string[] one, string[] other, bool isFreeToBegin)
    {
        var row = Enumerable.Range(0, other.Length + 1).Select(i => isFreeToBegin ? 0 : i).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = cost;
            }
        }

        return row;
    }

    private static string[] Words(string text) =>
        new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) || c == '\'' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
