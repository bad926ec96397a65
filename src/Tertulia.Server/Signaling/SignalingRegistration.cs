namespace Tertulia.Server.Signaling;

internal static class SignalingRegistration
{
    public static IServiceCollection AddSignaling(this IServiceCollection services) => services.AddSingleton<SignalingEndpoint>();

    /// <summary>Any method: over HTTP/2 a WebSocket opens with CONNECT (RFC 8441).</summary>
    public static IEndpointConventionBuilder MapSignaling(this IEndpointRouteBuilder routes) =>
        routes.Map("/ws/signaling", routes.ServiceProvider.GetRequiredService<SignalingEndpoint>().HandleAsync).ExcludeFromDescription();
}
