using System.Text.Json;
using Tertulia.Contracts.Events;
using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Control.Webhooks;
using Tertulia.Server.Auth;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>What was sent to a webhook and what became of it; once more, or for a test.</summary>
internal static class DeliveriesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var webhook = routes.MapGroup("/api/webhooks/{id}").WithTags("Webhooks").WithAccess(ApiAccess.Account);
        webhook.MapGet("/deliveries", ListAsync).WithName("listDeliveries").WithSummary("What was and will be sent, the newest first; ?state= pending, delivered or failed")
            .Produces<Page<DeliveryView>>().WithPaging().WithProblems(401, 404, 422, 429);
        webhook.MapGet("/deliveries/{deliveryId}", ReadAsync).WithName("getDelivery").WithSummary("One delivery with what is sent and every attempt")
            .Produces<DeliveryDetail>().WithProblems(401, 404, 429);
        webhook.MapPost("/deliveries/{deliveryId}/resend", ResendAsync).WithName("resendDelivery").WithSummary("Send an event once more, with its first webhook-id")
            .Produces<DeliveryView>(StatusCodes.Status202Accepted).WithProblems(401, 404, 409, 429);
        webhook.MapPost("/ping", PingAsync).WithName("pingWebhook").WithSummary("Send an event of type ping, to try the webhook out")
            .Produces<DeliveryView>(StatusCodes.Status202Accepted).WithProblems(401, 404, 409, 429);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, string id, PageRequest page, WebhookStore webhooks, DeliveryStore deliveries, string? state = null)
    {
        if (state is not (null or DeliveryStates.Pending or DeliveryStates.Delivered or DeliveryStates.Failed))
            throw ApiProblem.InvalidField("state", "Must be pending, delivered or failed.");
        await WebhooksApi.FindAsync(webhooks, caller, id, context.RequestAborted);
        return Results.Ok(PageRequest.ToPage(await deliveries.ListAsync(id, state, page.After, page.Limit, context.RequestAborted), View));
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, string id, string deliveryId, WebhookStore webhooks, DeliveryStore deliveries)
    {
        var delivery = await FindAsync(context, caller, id, deliveryId, webhooks, deliveries);
        var attempts = await deliveries.AttemptsAsync(deliveryId, context.RequestAborted);
        var view = View(delivery);
        return Results.Ok(new DeliveryDetail(
            view.Id, view.EventId, view.EventType, view.State, view.Attempts, view.CreatedAt, view.NextAttemptAt, view.SettledAt,
            JsonElement.Parse(delivery.Body),
            [.. attempts.Select(attempt => new AttemptView(
                attempt.At, (long)attempt.Duration.TotalMilliseconds, attempt.Status, attempt.Error, attempt.Answer))]));
    }

    private static async Task<IResult> ResendAsync(
        HttpContext context, Caller caller, string id, string deliveryId, WebhookStore webhooks, DeliveryStore deliveries,
        WebhookDispatcher dispatcher, TimeProvider time)
    {
        var delivery = await FindAsync(context, caller, id, deliveryId, webhooks, deliveries);
        await RequireEnabledAsync(context, caller, id, webhooks);
        return await EnqueueAsync(id, delivery.EventId, delivery.EventType, delivery.Body, deliveries, dispatcher, time);
    }

    private static async Task<IResult> PingAsync(
        HttpContext context, Caller caller, string id, WebhookStore webhooks, DeliveryStore deliveries, WebhookDispatcher dispatcher, TimeProvider time)
    {
        await RequireEnabledAsync(context, caller, id, webhooks);
        var eventId = Secrets.NewId("evt_");
        var body = EventJson.Write(new EventEnvelope(
            eventId, EventTypes.Ping, time.GetUtcNow(), null, JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["webhookId"] = id })));
        return await EnqueueAsync(id, eventId, EventTypes.Ping, body, deliveries, dispatcher, time);
    }

    private static async Task<IResult> EnqueueAsync(
        string id, string eventId, string type, string body, DeliveryStore deliveries, WebhookDispatcher dispatcher, TimeProvider time)
    {
        var delivery = await deliveries.EnqueueAsync(id, eventId, type, body, time.GetUtcNow());
        dispatcher.Wake();
        return Results.Accepted($"/api/webhooks/{id}/deliveries/{delivery.Id}", View(delivery));
    }

    private static async Task RequireEnabledAsync(HttpContext context, Caller caller, string id, WebhookStore webhooks)
    {
        var webhook = await WebhooksApi.FindAsync(webhooks, caller, id, context.RequestAborted);
        if (webhook.State != WebhookStates.Enabled) throw ApiProblem.WebhookNotEnabled();
    }

    private static async Task<DeliveryRecord> FindAsync(
        HttpContext context, Caller caller, string id, string deliveryId, WebhookStore webhooks, DeliveryStore deliveries)
    {
        await WebhooksApi.FindAsync(webhooks, caller, id, context.RequestAborted);
        return await deliveries.FindAsync(id, deliveryId, context.RequestAborted) ?? throw ApiProblem.DeliveryUnknown();
    }

    private static DeliveryView View(DeliveryRecord delivery) => new(
        delivery.Id,
        delivery.EventId,
        delivery.EventType,
        delivery.State,
        delivery.Attempts,
        delivery.CreatedAt,
        delivery.NextAttemptAt,
        delivery.SettledAt);
}
