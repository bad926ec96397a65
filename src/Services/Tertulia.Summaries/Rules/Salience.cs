using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>
/// Which sentences a meeting was about: sentences vote for those that share their rarer words, as pages vote by links (TextRank, weights by
/// inverse frequency). Knows no grammar, so it serves every language that puts spaces between words.
/// </summary>
internal static class Salience
{
    private const int Rounds = 25;
    private const double Damping = 0.85;
    private const int MostSentences = 1500;
    private const int LeastWords = 3;

    /// <summary>The most telling sentences, in the order in which they were said.</summary>
    public static IReadOnlyList<Sentence> Pick(IReadOnlyList<Sentence> sentences, int count)
    {
        var statements = sentences.Where(sentence => !sentence.IsQuestion && !Phrases.Instruction().IsMatch(sentence.Lower)).ToList();
        var candidates = statements.Where(sentence => sentence.ContentWords.Distinct().Count() >= LeastWords)
            .OrderByDescending(sentence => sentence.ContentWords.Count).Take(MostSentences).OrderBy(sentence => sentence.Line).ToList();
        // Small talk, or a language without spaces: the longest will do.
        if (candidates.Count == 0) candidates = [.. statements.OrderByDescending(sentence => sentence.Text.Length).Take(count).OrderBy(sentence => sentence.Line)];
        if (candidates.Count <= count) return candidates;
        var weights = WeightsOf(sentences);
        var rank = Rank(candidates, weights);
        var picked = new List<Sentence>();
        foreach (var index in Enumerable.Range(0, candidates.Count).OrderByDescending(index => rank[index]).ThenBy(index => index))
        {
            // Two that say the same are one.
            if (picked.Exists(other => Overlap(other, candidates[index]) > 0.6)) continue;
            picked.Add(candidates[index]);
            if (picked.Count == count) break;
        }
        return [.. picked.OrderBy(candidates.IndexOf)];
    }

    // Words in a fifth of all sentences carry no meaning, whatever the language.
    private static Dictionary<string, double> WeightsOf(IReadOnlyList<Sentence> sentences)
    {
        var frequency = new Dictionary<string, int>();
        foreach (var word in sentences.SelectMany(sentence => sentence.ContentWords.Distinct())) frequency[word] = frequency.GetValueOrDefault(word) + 1;
        return frequency.Where(pair => pair.Value <= Math.Max(3, sentences.Count / 5)).ToDictionary(pair => pair.Key, pair => Math.Log(1 + (double)sentences.Count / pair.Value));
    }

    private static double[] Rank(List<Sentence> sentences, Dictionary<string, double> weights)
    {
        var n = sentences.Count;
        var links = new double[n][];
        var sums = new double[n];
        var words = sentences.ConvertAll(sentence => sentence.ContentWords.Where(weights.ContainsKey).ToHashSet());
        for (var i = 0; i < n; i++)
        {
            links[i] = new double[n];
            for (var j = 0; j < i; j++)
            {
                var shared = words[i].Where(words[j].Contains).Sum(word => weights[word]);
                if (shared == 0) continue;
                links[i][j] = links[j][i] = shared / (Math.Log(1 + words[i].Count) + Math.Log(1 + words[j].Count));
            }
        }
        for (var i = 0; i < n; i++) sums[i] = links[i].Sum();
        // What is said in full stands for more than an aside, also when nothing refers to it.
        var prior = sentences.ConvertAll(sentence => Math.Log(1 + sentence.ContentWords.Distinct().Count(weights.ContainsKey)) + (sentence.Lower.Any(char.IsDigit) ? 0.5 : 0));
        var total = Math.Max(1e-9, prior.Sum());
        var rank = prior.Select(value => value / total).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var next = new double[n];
            for (var i = 0; i < n; i++)
            {
                var votes = 0.0;
                for (var j = 0; j < n; j++) if (links[i][j] > 0) votes += rank[j] * links[i][j] / sums[j];
                next[i] = (1 - Damping) * prior[i] / total + Damping * votes;
            }
            rank = next;
        }
        return rank;
    }

    private static double Overlap(Sentence one, Sentence other) =>
        (double)Words.Shared(one.ContentWords, other.ContentWords) / Math.Max(1, Math.Min(one.ContentWords.Distinct().Count(), other.ContentWords.Distinct().Count()));
}
