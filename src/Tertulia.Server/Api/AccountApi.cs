using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>The account's API keys and what it used.</summary>
internal static class AccountApi
{
    private const int KeyNameLength = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/keys").WithTags("Account").WithAccess(ApiAccess.Account);
        keys.MapPost("", CreateKeyAsync).WithName("createKey").WithSummary("Make an API key; the answer is the only time it is shown")
            .Produces<CreatedKey>(StatusCodes.Status201Created).WithProblems(401, 413, 415, 422, 429);
        keys.MapGet("", ListKeysAsync).WithName("listKeys").WithSummary("The account's API keys, revoked ones included")
            .Produces<Page<KeyView>>().WithPaging().WithProblems(401, 422, 429);
        keys.MapDelete("/{id}", RevokeKeyAsync).WithName("revokeKey").WithSummary("Revoke an API key at once; revoking it again changes nothing")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 429);
        routes.MapGet("/api/usage", ReadUsageAsync).WithTags("Account").WithAccess(ApiAccess.AccountUncounted)
            .WithName("getUsage").WithSummary("What the account used this month, and its plan's limits")
            .Produces<UsageView>().WithProblems(401, 429);
    }

    private static async Task<IResult> CreateKeyAsync(Caller caller, Body<CreateKeyRequest> body, ApiKeys keys)
    {
        var name = body.Value.Name?.Trim() is { Length: > 0 } given ? given : "API key";
        if (name.Length > KeyNameLength || name.Any(char.IsControl))
        {
            throw ApiProblem.InvalidField("name", $"Must have at most {KeyNameLength} characters and no control characters.");
        }
        var (record, secret) = await keys.CreateAsync(caller.AccountId, name);
        return Results.Created($"/api/keys/{record.Id}", new CreatedKey(record.Id, record.Name, secret, record.Prefix, record.CreatedAt));
    }

    private static async Task<IResult> ListKeysAsync(HttpContext context, Caller caller, PageRequest page, ApiKeyStore store)
    {
        var slice = await store.ListAsync(caller.AccountId, page.After, page.Limit, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(slice, key =>
            new KeyView(key.Id, key.Name, key.Prefix, key.CreatedAt, key.LastUsedAt, key.RevokedAt)));
    }

    private static async Task<IResult> RevokeKeyAsync(HttpContext context, Caller caller, string id, ApiKeyStore store, TimeProvider time)
    {
        if (await store.FindAsync(caller.AccountId, id, context.RequestAborted) is null) throw ApiProblem.KeyUnknown();
        await store.RevokeAsync(caller.AccountId, id, time.GetUtcNow());
        return Results.NoContent();
    }

    private static async Task<IResult> ReadUsageAsync(HttpContext context, Caller caller, UsageMeter meter)
    {
        var usage = await meter.ReadAsync(caller.Account, context.RequestAborted);
        return Results.Ok(new UsageView(
            usage.Plan.Name,
            usage.PeriodStart,
            usage.PeriodEnd,
            usage.ApiCalls,
            usage.Plan.ApiCallsPerMonth,
            usage.MeetingsCreated,
            Math.Round(usage.ParticipantMinutes, 3),
            Math.Round(usage.RecordedMinutes, 3),
            usage.RelayedBytes,
            usage.Plan.ParticipantsPerMeeting));
    }
}
