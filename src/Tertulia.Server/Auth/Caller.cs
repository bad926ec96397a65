using System.Reflection;
using Tertulia.Storage;

namespace Tertulia.Server.Auth;

/// <summary>Who makes an API call: an account, known by an API key or by the sign-in cookie.</summary>
/// <param name="CredentialId">Names the credential without giving it away.</param>
/// <param name="Secret">The credential itself, as it came with this request.</param>
internal sealed record Caller(AccountRecord Account, string CredentialId, string Secret) : IBindableFromHttpContext<Caller>
{
    public string AccountId => Account.Id;

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(Of(context));

    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException($"{context.GetEndpoint()} takes a caller but does not require one.");
}

/// <summary>What an endpoint asks of whoever calls it.</summary>
internal enum ApiAccess
{
    /// <summary>An API key, or the sign-in cookie from a page of ours. Counted against the plan.</summary>
    Account,

    /// <summary>The same, but not counted: an account may always see what it used.</summary>
    AccountUncounted,

    /// <summary>Nothing; limited per address.</summary>
    Public,

    /// <summary>The cookie, if there is one; a call that changes something must come from a page of ours.</summary>
    Session,
}

internal static class ApiAccessExtensions
{
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, ApiAccess access)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(access);

    public static ApiAccess? Access(this Endpoint? endpoint) => endpoint?.Metadata.OfType<ApiAccess>().Cast<ApiAccess?>().LastOrDefault();

    public static bool NeedsAccount(this ApiAccess access) => access is ApiAccess.Account or ApiAccess.AccountUncounted;
}
