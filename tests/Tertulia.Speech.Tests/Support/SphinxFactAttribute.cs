using Tertulia.CaptionQuality;
using Tertulia.Speech.Engines.PocketSphinx;

namespace Tertulia.Speech.Tests.Support;

/// <summary>A test of real recognition: needs PocketSphinx with its model, and flite to speak.</summary>
internal sealed class SphinxFactAttribute : FactAttribute
{
    public SphinxFactAttribute()
    {
        Skip = Missing!;
    }

    public static string? Missing { get; } =
        !Flite.IsInstalled ? "flite is not installed"
        : !PocketSphinxEngine.IsAvailable(SphinxModel.English) ? "PocketSphinx or its English model is not installed" : null;
}

internal sealed class SphinxTheoryAttribute : TheoryAttribute
{
    public SphinxTheoryAttribute()
    {
        Skip = SphinxFactAttribute.Missing!;
    }
}
