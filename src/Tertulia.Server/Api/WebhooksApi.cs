using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Control.Webhooks;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Where the account wants to be told what happens in its meetings.</summary>
internal static class WebhooksApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/api/webhooks").WithTags("Webhooks").WithAccess(ApiAccess.Account);
        webhooks.MapPost("", CreateAsync).WithName("createWebhook").WithSummary("Add a webhook; the answer is the only time its secret is shown")
            .Produces<CreatedWebhook>(StatusCodes.Status201Created).WithProblems(401, 409, 413, 415, 422, 429);
        webhooks.MapGet("", ListAsync).WithName("listWebhooks").WithSummary("The account's webhooks")
            .Produces<Page<WebhookView>>().WithPaging().WithProblems(401, 422, 429);
        webhooks.MapGet("/{id}", ReadAsync).WithName("getWebhook").WithSummary("One webhook")
            .Produces<WebhookView>().WithProblems(401, 404, 429);
        webhooks.MapPatch("/{id}", UpdateAsync).WithName("updateWebhook").WithSummary("Change a webhook; what is absent stays. Enabling it forgets earlier failures")
            .Produces<WebhookView>().WithProblems(401, 404, 413, 415, 422, 429);
        webhooks.MapDelete("/{id}", DeleteAsync).WithName("deleteWebhook").WithSummary("Delete a webhook with its log; what was not delivered yet is not any more")
            .Produces(StatusCodes.Status204NoContent).WithProblems(401, 404, 429);
        webhooks.MapPost("/{id}/secret", RotateAsync).WithName("rotateWebhookSecret").WithSummary("Make a new secret; for a day the old one signs as well")
            .Produces<RotatedSecret>().WithProblems(401, 404, 429);
    }

    private static async Task<IResult> CreateAsync(
        Caller caller, Body<CreateWebhookRequest> body, WebhookStore store, WebhookOptions options, TimeProvider time)
    {
        var webhook = new WebhookRecord(
            Secrets.NewId("whk_"),
            caller.AccountId,
            WebhookRules.Url(body.Value.Url, options),
            WebhookRules.Description(body.Value.Description),
            WebhookRules.Events(body.Value.Events),
            WebhookSecret.New(),
            WebhookStates.Enabled,
            Timestamps.Truncate(time.GetUtcNow()));
        if (!await store.InsertAsync(webhook, options.MostPerAccount)) throw ApiProblem.TooManyWebhooks(options.MostPerAccount);
        var view = View(webhook);
        return Results.Created($"/api/webhooks/{webhook.Id}", new CreatedWebhook(
            view.Id, view.Url, view.Description, view.Events, view.State, view.StateReason, view.CreatedAt, view.FailingSince, webhook.Secret));
    }

    private static async Task<IResult> ListAsync(HttpContext context, Caller caller, PageRequest page, WebhookStore store) =>
        Results.Ok(PageRequest.ToPage(await store.ListAsync(caller.AccountId, page.After, page.Limit, context.RequestAborted), View));

    private static async Task<IResult> ReadAsync(HttpContext context, Caller caller, string id, WebhookStore store) =>
        Results.Ok(View(await FindAsync(store, caller, id, context.RequestAborted)));

    private static async Task<IResult> UpdateAsync(
        HttpContext context, Caller caller, string id, Body<UpdateWebhookRequest> body, WebhookStore store, WebhookOptions options, WebhookDispatcher dispatcher)
    {
        var known = await FindAsync(store, caller, id, context.RequestAborted);
        var (url, events, description, enabled) = body.Value;
        var changed = known with
        {
            Url = url is null ? known.Url : WebhookRules.Url(url, options),
            Events = events is null ? known.Events : WebhookRules.Events(events),
            Description = description is null ? known.Description : WebhookRules.Description(description),
        };
        if (enabled is true) changed = changed with { State = WebhookStates.Enabled, StateReason = null, FailingSince = null };
        else if (enabled is false && known.State == WebhookStates.Enabled) changed = changed with { State = WebhookStates.Disabled };
        await store.UpdateAsync(changed);
        dispatcher.Wake();
        return Results.Ok(View(changed));
    }

    private static async Task<IResult> DeleteAsync(Caller caller, string id, WebhookStore store) =>
        await store.DeleteAsync(caller.AccountId, id) ? Results.NoContent() : throw ApiProblem.WebhookUnknown();

    private static async Task<IResult> RotateAsync(
        HttpContext context, Caller caller, string id, WebhookStore store, WebhookOptions options, TimeProvider time)
    {
        var known = await FindAsync(store, caller, id, context.RequestAborted);
        var until = Timestamps.Truncate(time.GetUtcNow() + options.SecretOverlap);
        var changed = known with { Secret = WebhookSecret.New(), OldSecret = known.Secret, OldSecretUntil = until };
        await store.UpdateAsync(changed);
        return Results.Ok(new RotatedSecret(changed.Secret, until));
    }

    public static async Task<WebhookRecord> FindAsync(WebhookStore store, Caller caller, string id, CancellationToken cancellation) =>
        await store.FindAsync(caller.AccountId, id, cancellation) ?? throw ApiProblem.WebhookUnknown();

    private static WebhookView View(WebhookRecord webhook) => new(
        webhook.Id,
        webhook.Url,
        webhook.Description,
        WebhookRules.Shown(webhook.Events),
        webhook.State,
        webhook.StateReason,
        webhook.CreatedAt,
        webhook.FailingSince);
}
