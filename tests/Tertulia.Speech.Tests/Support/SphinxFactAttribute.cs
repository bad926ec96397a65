using Tertulia.Speech.Engines.PocketSphinx;

namespace Tertulia.Speech.Tests.Support;

/// <summary>A test of real recognition: needs PocketSphinx with its model, and flite to speak.</summary>
internal sealed class SphinxFactAttribute : FactAttribute
{
    public SphinxFactAttribute()
    {
        if (!Flite.IsInstalled) Skip = "flite is not installed";
        else if (!PocketSphinxEngine.IsAvailable(SphinxModel.English)) Skip = "PocketSphinx or its English model is not installed";
    }
}
