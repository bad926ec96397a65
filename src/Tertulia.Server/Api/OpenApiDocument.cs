using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tertulia.Server.Auth;

namespace Tertulia.Server.Api;

/// <summary>What the generated <c>/openapi/v1.json</c> cannot know by itself: who may call, paging, idempotency.</summary>
internal static class OpenApiDocument
{
    private const string Bearer = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Tertulia",
                Version = "v1",
                Description = "Meetings by REST; media and chat go over /ws/signaling, see docs/protocol.md. Errors are problem details with a stable code.",
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key of the account.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            var access = metadata.OfType<ApiAccess>().Cast<ApiAccess?>().LastOrDefault();
            operation.Parameters ??= [];
            if (access is { } needed && needed.NeedsAccount())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            }
            if (access is not null && context.Description.HttpMethod is "POST" or "PATCH" or "DELETE") operation.Parameters.Add(IdempotencyKey());
            operation.RequestBody?.Content?.Remove(Body.AnyType);
            if (metadata.OfType<PagedMetadata>().Any()) AddPaging(operation.Parameters);
            return Task.CompletedTask;
        });
    }

    private static OpenApiParameter IdempotencyKey() => new()
    {
        Name = Idempotency.Header,
        In = ParameterLocation.Header,
        Description = "Repeating a call with the same key gets the first answer again instead of a second effect, for a day.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
    };

    private static void AddPaging(IList<IOpenApiParameter> parameters)
    {
        parameters.Add(new OpenApiParameter
        {
            Name = "limit",
            In = ParameterLocation.Query,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = PageRequest.MostLimit.ToString(), Default = PageRequest.UsualLimit },
        });
        parameters.Add(new OpenApiParameter
        {
            Name = "cursor",
            In = ParameterLocation.Query,
            Description = "The nextCursor of the page before.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
