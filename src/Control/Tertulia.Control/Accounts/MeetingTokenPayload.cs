using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tertulia.Control.Accounts;

/// <summary>The claims as they stand in the token: the registered names of RFC 7519 where there are some, short ones of our own elsewhere.</summary>
internal sealed record MeetingTokenPayload(
    [property: JsonRequired] string Sub,
    [property: JsonRequired] string Mtg,
    [property: JsonRequired] string Acc,
    [property: JsonRequired] string Name,
    [property: JsonRequired] string Role,
    [property: JsonRequired] IReadOnlyList<string> Grants,
    [property: JsonRequired] string Use,
    [property: JsonRequired] long Exp,
    long Iat,
    string Jti,
    JsonElement? Meta = null)
{
    public static MeetingTokenPayload Of(MeetingTokenClaims claims, DateTimeOffset now) => new(
        claims.PeerId,
        claims.MeetingId,
        claims.AccountId,
        claims.DisplayName,
        claims.Role,
        claims.Grants,
        claims.Purpose,
        claims.ExpiresAt.ToUnixTimeSeconds(),
        now.ToUnixTimeSeconds(),
        Secrets.NewId(""),
        claims.MetadataJson is { } metadata ? JsonSerializer.Deserialize(metadata, MeetingTokenJson.Default.JsonElement) : null);

    public MeetingTokenClaims ToClaims() => new(Mtg, Acc, Sub, Name, Role, Grants, Use, DateTimeOffset.FromUnixTimeSeconds(Exp))
    {
        MetadataJson = Meta?.GetRawText(),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MeetingTokenPayload))]
internal sealed partial class MeetingTokenJson : JsonSerializerContext;

internal static class CompactJson
{
    // Names in any script stay as short in a token as they are: it travels in a URL. No HTML ever sees it undecoded.
    public static readonly MeetingTokenJson MeetingToken =
        new(new JsonSerializerOptions(MeetingTokenJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
