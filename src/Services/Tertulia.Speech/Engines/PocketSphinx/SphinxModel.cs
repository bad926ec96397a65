namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>The files of a recognition model.</summary>
/// <param name="Acoustic">A folder.</param>
public sealed record SphinxModel(string Acoustic, string Language, string Dictionary)
{
    private const string Packaged = "/usr/share/pocketsphinx/model/en-us";

    /// <summary>The US English model of the distribution's package.</summary>
    public static SphinxModel English => In(Packaged);

    public bool Exists => Directory.Exists(Acoustic) && File.Exists(Language) && File.Exists(Dictionary);

    private static SphinxModel In(string folder) =>
        new(Path.Combine(folder, "en-us"), Path.Combine(folder, "en-us.lm.bin"), Path.Combine(folder, "cmudict-en-us.dict"));
}
