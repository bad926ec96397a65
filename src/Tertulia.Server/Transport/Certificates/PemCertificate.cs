using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tertulia.Server.Transport.Certificates;

/// <summary>A certificate with its chain and key, from PEM files as certbot and others write them.</summary>
internal sealed record PemCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <exception cref="InvalidDataException">It cannot be used; the message says what is wrong with which file.</exception>
    public static PemCertificate Load(string certificatePath, string keyPath)
    {
        var (pem, key) = (ReadText(certificatePath), ReadText(keyPath));
        return Parse(pem, key, $"'{certificatePath}'", $"'{keyPath}'");
    }

    /// <param name="certificateName">For messages; likewise the other.</param>
    /// <exception cref="InvalidDataException">As with <see cref="Load"/>.</exception>
    public static PemCertificate Parse(string pem, string key, string certificateName, string keyName)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{certificateName} is damaged: {e.Message.TrimEnd('.')}");
        }

        if (chain.Count == 0) throw new InvalidDataException($"{certificateName} has no certificate in PEM form");
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) throw new InvalidDataException($"{keyName} has no private key in PEM form");
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal)) throw new InvalidDataException($"the key in {keyName} is protected by a password, which is not supported");
        try
        {
            var certificate = X509Certificate2.CreateFromPem(pem, key);
            if (certificate.NotAfter.ToUniversalTime() < DateTime.UtcNow) throw new InvalidDataException($"the certificate in {certificateName} ended on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}");
            return new(certificate, chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"the key in {keyName} does not belong to the first certificate in {certificateName}");
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"'{path}' cannot be read: {e.Message.TrimEnd('.')}");
        }
    }
}
