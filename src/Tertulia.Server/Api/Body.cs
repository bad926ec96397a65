using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;
using Tertulia.Contracts.Rest;

namespace Tertulia.Server.Api;

internal abstract record Body
{
    public const string AnyType = "*/*";
}

/// <summary>
/// A handler's JSON body. No body at all is the same as <c>{}</c>; what is no JSON is 400, JSON of the wrong shape is 422 and names the field.
/// </summary>
internal sealed record Body<T>(T Value) : Body, IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private static readonly JsonTypeInfo<T> s_type = (JsonTypeInfo<T>)RestJson.Default.GetTypeInfo(typeof(T))!;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var body = await RequestBody.ReadAsync(context);
        if (body.Bytes.Length == 0) return new(Parse("{}"u8.ToArray()));
        if (!context.Request.HasJsonContentType()) throw ApiProblem.UnsupportedMediaType();
        return new(Parse(body.Bytes));
    }

    // Any type is let through by routing, since many clients name one even where they send no body; what has a body is checked above.
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", AnyType], typeof(T), isOptional: true));

    private static T Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) throw ApiProblem.BadRequest("malformed-json", "The body is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = s_type.Options.MaxDepth });
        }
        catch (JsonException)
        {
            throw ApiProblem.BadRequest("malformed-json", "The body is not valid JSON");
        }
        try
        {
            return JsonSerializer.Deserialize(json.Span, s_type) ?? throw ApiProblem.InvalidField("body", "Must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw ApiProblem.InvalidField(FieldOf(e.Path), "Has the wrong type or an impossible value.");
        }
    }

    // "$.settings.maxParticipants" as the client knows it.
    private static string FieldOf(string? path) =>
        path is null or "$" ? "body" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');
}
