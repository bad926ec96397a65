using System.Globalization;

namespace Tertulia.Storage.Migrations;

/// <summary>One numbered step of the schema: <c>0001_name.sql</c>. Never changed once released; a change is a new number.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var number = name[..name.IndexOf('_')];
                return new Migration(int.Parse(number, CultureInfo.InvariantCulture), Path.GetFileNameWithoutExtension(name), text.ReadToEnd());
            })
            .OrderBy(migration => migration.Version)];
    }
}
