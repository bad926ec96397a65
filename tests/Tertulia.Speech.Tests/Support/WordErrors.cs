namespace Tertulia.Speech.Tests.Support;

/// <summary>Word error rate: substitutions, insertions and deletions for each word that was said.</summary>
internal static class WordErrors
{
    public static double Rate(string said, string heard)
    {
        var (expected, actual) = (Words(said), Words(heard));
        var row = Enumerable.Range(0, actual.Length + 1).ToArray();
        for (var i = 1; i <= expected.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= actual.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (expected[i - 1] == actual[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = cost;
            }
        }

        return (double)row[^1] / expected.Length;
    }

    private static string[] Words(string text) =>
        new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) || c == '\'' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
