using Tertulia.Summaries.Language;

namespace Tertulia.Summaries.Rules;

/// <summary>Who was there, and by which words they are called: "Deborah" is Deborah Clarke, unless there are two.</summary>
internal sealed class Roster
{
    private static readonly HashSet<string> s_titles =
        ["mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "madame", "chair", "nurse", "treasurer", "secretary", "guest", "host", "the", "speaker", "of", "and"];

    private readonly Dictionary<string, string?> _byWord = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names;

    public Roster(IReadOnlyList<string> participants)
    {
        _names = [.. participants];
        foreach (var name in _names)
        {
            foreach (var word in WordsOf(name)) _byWord[word] = _byWord.TryGetValue(word, out var other) && other != name ? null : name;
        }
    }

    public int Count => _names.Count;

    public bool Contains(string name) => _names.Contains(name);

    /// <summary>The participant that a word means, or null.</summary>
    public string? Find(string word) => _byWord.GetValueOrDefault(word);

    /// <summary>Everyone whom a text calls by name; "Yuki's" is about something of hers.</summary>
    public IEnumerable<string> NamedIn(string lower) => Words.All(lower).Select(Find).OfType<string>().Distinct();

    /// <summary>The other one, where only two are there.</summary>
    public string? Other(string than) => _names.Count == 2 ? _names.First(name => name != than) : null;

    private static IEnumerable<string> WordsOf(string name) =>
        Words.All(Normalized.Of(name)).Where(word => word.Length > 1 && !s_titles.Contains(word) && !word.All(char.IsDigit));
}
