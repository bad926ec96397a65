using Tertulia.Tls.OpenSsl;

namespace Tertulia.Tls;

/// <summary>Where the group X25519MLKEM768 comes from in this process.</summary>
public enum PostQuantumSource
{
    /// <summary>OpenSSL has it: 3.5 and later, or a provider that the operator configured.</summary>
    OpenSsl,

    /// <summary>Our provider adds it.</summary>
    BuiltIn,

    /// <summary>It cannot be negotiated; <see cref="PostQuantum.Obstacle"/> says why.</summary>
    Missing,
}

/// <summary>
/// Makes TLS of this process negotiate X25519MLKEM768, both as server and as client. To be called before the first TLS connection: .NET's TLS
/// is OpenSSL's, and each of its contexts takes its groups from OpenSSL's configuration when it is made.
/// </summary>
public static unsafe class PostQuantum
{
    // A client sends a share of the first group only, which any server takes; the hybrid one after a HelloRetryRequest, for servers that insist.
    // A server takes the first share of the client's that stands here at all, and browsers put the hybrid one first.
    private const string Groups = $"X25519:{HybridProvider.GroupName}:P-256:X448:P-521:P-384";

    private static readonly Lazy<(PostQuantumSource Source, string? Obstacle)> s_outcome = new(Enable);

    public static PostQuantumSource Source => s_outcome.Value.Source;

    /// <summary>One sentence, or null.</summary>
    public static string? Obstacle => s_outcome.Value.Obstacle;

    /// <summary>Idempotent, and safe on any thread.</summary>
    public static PostQuantumSource EnsureEnabled() => Source;

    private static (PostQuantumSource, string?) Enable()
    {
        try
        {
            // As .NET does it, which comes later and finds it done: without a handler at exit, which would run after managed code has ended.
            if (LibCrypto.Initialize(LibCrypto.InitLoadConfig | LibCrypto.InitNoAtExit, 0) != 1) return Missing("OpenSSL does not start");
            if (LibCrypto.KnowsGroup(HybridProvider.GroupName)) return (PostQuantumSource.OpenSsl, null);
            if (LibCrypto.IsProviderAvailable(0, "fips") == 1) return Missing("OpenSSL is configured for FIPS 140, which knows no such group yet");
            return Register();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return Missing("this machine has no OpenSSL 3");
        }
        finally
        {
            Try(LibCrypto.ClearErrors);
        }
    }

    private static (PostQuantumSource, string?) Register()
    {
        // Loading any provider by name ends the automatic loading of the default one.
        if (LibCrypto.LoadProvider(0, "default") == 0) return Missing($"{LibCrypto.Version} does not load its default provider");
        if (LibCrypto.AddBuiltinProvider(0, "tertulia", &HybridProvider.Initialize) != 1 || LibCrypto.LoadProvider(0, "tertulia") == 0)
            return Missing($"{LibCrypto.Version} takes no provider");
        if (!OpenSslConfiguration.TryAddGroups(Groups)) return Missing("the configuration of OpenSSL names its own groups, or cannot be read");
        return LibCrypto.KnowsGroup(HybridProvider.GroupName) ? (PostQuantumSource.BuiltIn, null) : Missing($"{LibCrypto.Version} does not take the group");
    }

    private static (PostQuantumSource, string?) Missing(string obstacle) => (PostQuantumSource.Missing, obstacle);

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Said already.
        }
    }
}
