using Tertulia.CaptionQuality;

namespace Tertulia.Speech.Tests.Support;

/// <summary>A test that needs the flite program; skipped by name where it is missing.</summary>
internal sealed class FliteFactAttribute : FactAttribute
{
    public FliteFactAttribute()
    {
        if (!Flite.IsInstalled) Skip = "flite is not installed";
    }
}
