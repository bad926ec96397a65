using System.Diagnostics.CodeAnalysis;

namespace Tertulia.Rtc.Sdp;

/// <summary>
/// One parameter of an <c>a=fmtp</c> line.
/// </summary>
/// <param name="Value">Null for a bare word such as the <c>0-15</c> of telephone events.</param>
public readonly record struct FormatParameter(string Name, string? Value)
{
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}

/// <summary>The parameters of an <c>a=fmtp</c> line in their order, compared by content.</summary>
public sealed class FormatParameters : IEquatable<FormatParameters>
{
    public static readonly FormatParameters Empty = new([]);

    private readonly FormatParameter[] _items;

    public FormatParameters(params ReadOnlySpan<FormatParameter> items) => _items = items.ToArray();

    public IReadOnlyList<FormatParameter> Items => _items;

    public bool IsEmpty => _items.Length == 0;

    /// <summary>The value of <paramref name="name"/> (case does not matter), or null when it is absent or has none.</summary>
    public string? this[string name] => TryGet(name, out var value) ? value : null;

    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        foreach (var item in _items)
        {
            if (item.Value is null || !item.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            value = item.Value;
            return true;
        }

        value = null;
        return false;
    }

    /// <summary>True when the parameter has the value, or is absent and the value is its default.</summary>
    internal bool Is(string name, string value, string defaultValue) =>
        (this[name] ?? defaultValue).Equals(value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>a=1;b=2</c>; blanks around the semicolons are dropped, empty parts too.</summary>
    public static FormatParameters Parse(ReadOnlySpan<char> text)
    {
        var items = new List<FormatParameter>();
        foreach (var range in text.Split(';'))
        {
            var part = text[range].Trim();
            if (part.IsEmpty) continue;
            if (items.Count == SdpLimits.MaxFormatParameters) break;
            var equals = part.IndexOf('=');
            items.Add(equals < 0
                ? new(part.ToString(), null)
                : new(part[..equals].TrimEnd().ToString(), part[(equals + 1)..].TrimStart().ToString()));
        }

        return items.Count == 0 ? Empty : new([.. items]);
    }

    /// <summary>The same parameters with others added or replaced.</summary>
    public FormatParameters With(params ReadOnlySpan<FormatParameter> others)
    {
        var items = new List<FormatParameter>(_items);
        foreach (var other in others)
        {
            var name = other.Name;
            var index = items.FindIndex(item => item.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0) items.Add(other);
            else items[index] = other;
        }

        return new([.. items]);
    }

    public bool Equals(FormatParameters? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as FormatParameters);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(';', _items);
}
