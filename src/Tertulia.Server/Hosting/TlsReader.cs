namespace Tertulia.Server.Hosting;

/// <summary>Reads what is configured under <c>Tertulia:Tls</c>.</summary>
internal static class TlsReader
{
    public static TlsOptions Read(ConfigurationReader tls, ConfigurationReader acme, string contentRoot)
    {
        var (certificate, key) = (tls.Text("CertificatePath"), tls.Text("KeyPath"));
        if (certificate is null != key is null) tls.Mistake(certificate is null ? "CertificatePath" : "KeyPath", "is missing: certificate and key are set together");
        return new()
        {
            CertificatePath = certificate is null ? null : Path.GetFullPath(certificate, contentRoot),
            KeyPath = key is null ? null : Path.GetFullPath(key, contentRoot),
            Acme = ReadAcme(tls, acme, hasFiles: certificate is not null),
            Redirect = tls.Flag("Redirect") ?? true,
            Hsts = TimeSpan.FromDays(tls.Number("HstsDays", 0, 3650) ?? 180),
        };
    }

    private static AcmeOptions? ReadAcme(ConfigurationReader tls, ConfigurationReader acme, bool hasFiles)
    {
        var domains = acme.List<string>("Domains", TryParseDomain, "host names such as meet.example.org");
        var (email, directory, accepted) = (acme.Text("Email"), acme.Text("Directory") ?? AcmeOptions.LetsEncrypt, acme.Flag("AcceptTerms"));
        if (domains is not { Count: > 0 }) return null;
        if (hasFiles) tls.Mistake("Acme", "and CertificatePath exclude each other: certificates come from files or from an authority");
        if (accepted != true) acme.Mistake("AcceptTerms", "must be true: a certificate authority issues only to those who accept its terms of service");
        if (!Uri.TryCreate(directory, UriKind.Absolute, out var address) || address.Scheme != "https")
        {
            acme.Mistake("Directory", $"must be the https address of an ACME directory, but is '{directory}'");
            address = new(AcmeOptions.LetsEncrypt);
        }
        var challenge = acme.Text("Challenge");
        if (challenge is not (null or AcmeOptions.Http or AcmeOptions.Tls)) acme.Mistake("Challenge", $"must be {AcmeOptions.Http} or {AcmeOptions.Tls}, but is '{challenge}'");
        return new() { Domains = domains, Email = email, Directory = address, Challenge = challenge };
    }

    private static bool TryParseDomain(string text, out string domain)
    {
        domain = text.ToLowerInvariant();
        return Uri.CheckHostName(text) == UriHostNameType.Dns && text.Contains('.', StringComparison.Ordinal);
    }
}
