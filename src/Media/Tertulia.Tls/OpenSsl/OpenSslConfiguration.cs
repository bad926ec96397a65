using System.Runtime.InteropServices;
using System.Text;

namespace Tertulia.Tls.OpenSsl;

/// <summary>
/// What every TLS context of this process starts from: the section <c>system_default</c> of OpenSSL's configuration (config(5)). The operator's own file
/// stays in force; it is read again with one line more.
/// </summary>
internal static unsafe class OpenSslConfiguration
{
    private const string Application = "tertulia_conf";

    /// <summary>False where the operator chose groups already, which then stay, or where nothing can be read.</summary>
    public static bool TryAddGroups(string groups)
    {
        var file = DefaultFile();
        var existing = file is null ? "" : $".include {file}\n";
        var (sslSection, tlsSection) = ("tertulia_ssl", "tertulia_tls");
        if (existing.Length > 0)
        {
            var present = Load(existing);
            if (present == 0) return false;
            var initial = Text(present, null, "openssl_conf");
            var ssl = initial is null ? null : Text(present, initial, "ssl_conf");
            var tls = ssl is null ? null : Text(present, ssl, "system_default");
            var chosen = tls is not null && (Text(present, tls, "Groups") ?? Text(present, tls, "Curves")) is not null;
            LibCrypto.FreeConfiguration(present);
            if (chosen) return false;
            (sslSection, tlsSection) = (ssl ?? sslSection, tls ?? tlsSection);
        }

        var whole = Load($"""
            {Application} = tertulia_init
            {existing}
            [tertulia_init]
            ssl_conf = {sslSection}
            [{sslSection}]
            system_default = {tlsSection}
            [{tlsSection}]
            Groups = {groups}

            """.ReplaceLineEndings("\n"));
        if (whole == 0) return false;
        var loaded = LibCrypto.LoadModules(whole, Application, 0) > 0;
        LibCrypto.FreeConfiguration(whole);
        return loaded;
    }

    private static string? DefaultFile()
    {
        var pointer = LibCrypto.DefaultConfigurationFile();
        if (pointer == 0) return null;
        var path = Marshal.PtrToStringUTF8(pointer);
        LibCrypto.Free(pointer, 0, 0);
        return File.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static nint Load(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        var configuration = LibCrypto.NewConfiguration(0);
        if (configuration == 0) return 0;
        fixed (byte* data = octets)
        {
            long errorLine;
            var bio = LibCrypto.NewMemoryBio(data, octets.Length);
            var loaded = bio != 0 && LibCrypto.LoadConfiguration(configuration, bio, &errorLine) > 0;
            _ = LibCrypto.FreeBio(bio);
            if (loaded) return configuration;
        }

        LibCrypto.FreeConfiguration(configuration);
        return 0;
    }

    private static string? Text(nint configuration, string? section, string name)
    {
        var value = Marshal.PtrToStringUTF8(LibCrypto.GetString(configuration, section, name));
        LibCrypto.ClearErrors();
        return value;
    }
}
