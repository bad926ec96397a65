namespace Tertulia.Turn.Tests.Node;

/// <summary>A test that needs a program of the package <c>coturn</c>.</summary>
internal sealed class CoturnFactAttribute : FactAttribute
{
    public CoturnFactAttribute(string program)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)))) Skip = $"{program} (package coturn) is not installed";
    }
}
