using System.Net;
using Tertulia.Contracts.Events;
using Tertulia.Control.Webhooks;

namespace Tertulia.Server.Api;

/// <summary>What may stand in the fields of a webhook.</summary>
internal static class WebhookRules
{
    private const int UrlLength = 2000;
    private const int DescriptionLength = 200;
    private const string Everything = "*";

    /// <summary>
    /// Catches mistakes early, and addresses that are plainly private. What a name leads to is only decided when a delivery connects.
    /// </summary>
    public static string Url(string? text, WebhookOptions options)
    {
        if (string.IsNullOrWhiteSpace(text)) throw ApiProblem.InvalidField("url", "Must be given.");
        if (text.Length > UrlLength || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            throw ApiProblem.InvalidField("url", $"Must be an http or https address of at most {UrlLength} characters.");
        if (url.UserInfo.Length > 0) throw ApiProblem.InvalidField("url", "Must not contain a user name or password.");
        if (!options.AllowPrivateTargets && IsPlainlyPrivate(url))
            throw ApiProblem.InvalidField("url", "Must be an address of the public internet. Private ones have to be allowed by the operator of this server.");
        return url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped);
    }

    /// <summary>Empty: all.</summary>
    public static IReadOnlyList<string> Events(IReadOnlyList<string>? events)
    {
        if (events is null || events.Contains(Everything)) return [];
        foreach (var type in events)
        {
            if (!EventTypes.IsKnown(type)) throw ApiProblem.InvalidField("events", $"Must be some of {string.Join(", ", EventTypes.All)}, or *.");
        }
        return [.. events.Distinct()];
    }

    public static IReadOnlyList<string> Shown(IReadOnlyList<string> events) => events.Count == 0 ? [Everything] : events;

    public static string Description(string? text)
    {
        var description = text?.Trim() ?? "";
        return description.Length <= DescriptionLength && !description.Any(char.IsControl)
            ? description
            : throw ApiProblem.InvalidField("description", $"Must have at most {DescriptionLength} characters and no control characters.");
    }

    private static bool IsPlainlyPrivate(Uri url)
    {
        var host = url.DnsSafeHost.TrimEnd('.');
        return IPAddress.TryParse(host, out var address)
            ? !PublicAddresses.Contains(address)
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }
}
