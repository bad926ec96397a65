using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tertulia.Server.Hosting;

/// <summary>Reads one section of the configuration strictly, and collects a message for every mistake instead of stopping at the first.</summary>
internal sealed class ConfigurationReader(IConfiguration section, string path, List<string> mistakes)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public ConfigurationReader Section(string name) => new(section.GetSection(Know(name)), $"{path}:{name}", mistakes);

    public IEnumerable<(string Name, ConfigurationReader Reader)> Sections(string name) =>
        section.GetSection(Know(name)).GetChildren().Select(child => (child.Key, new ConfigurationReader(child, $"{path}:{name}:{child.Key}", mistakes)));

    /// <summary>The value, or null if it is absent or empty.</summary>
    public string? Text(string name)
    {
        var value = section[Know(name)];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Mistake(name, $"must be a whole number from {least} to {most}, but is '{text}'");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Text(name) is not { } text) return null;
        if (bool.TryParse(text, out var flag)) return flag;
        Mistake(name, $"must be true or false, but is '{text}'");
        return null;
    }

    /// <summary>A list: <c>Name__0=a</c>, <c>Name__1=b</c> or <c>Name=a,b</c>. Null if there is none.</summary>
    public IReadOnlyList<T>? List<T>(string name, TryParse<T> tryParse, string wanted)
    {
        var child = section.GetSection(Know(name));
        var texts = child.GetChildren().Select(item => item.Value).Append(child.Value)
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToList();
        if (texts.Count == 0) return null;
        var items = new List<T>();
        foreach (var text in texts)
        {
            if (tryParse(text, out var item)) items.Add(item);
            else Mistake(name, $"must be a list of {wanted}, but has '{text}'");
        }
        return items;
    }

    public void Mistake(string name, string message) => mistakes.Add($"{path}:{name} {message}.");

    /// <summary>Names that are set here but that nobody asked for: most likely misspelled.</summary>
    public IEnumerable<string> Unknown() =>
        section.GetChildren().Where(child => !_known.Contains(child.Key)).Select(child => $"{path}:{child.Key}");

    private string Know(string name)
    {
        _known.Add(name);
        return name;
    }
}

internal delegate bool TryParse<T>(string text, [MaybeNullWhen(false)] out T value);
