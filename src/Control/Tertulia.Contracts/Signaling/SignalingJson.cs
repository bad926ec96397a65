using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tertulia.Contracts.Signaling;

/// <summary>JSON of the signaling messages to clients: camelCase, absent values left out, timestamps in UTC with milliseconds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimestampConverter)])]
[JsonSerializable(typeof(ServerMessage))]
public sealed partial class SignalingJson : JsonSerializerContext
{
    /// <summary>The message as UTF-8 text, ready for a socket.</summary>
    public static byte[] Write(ServerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, Wire.Json.ServerMessage);

    private static class Wire
    {
        // Nothing here ends in HTML, and what people write in other scripts would take three times the bytes if escaped.
        public static readonly SignalingJson Json = new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
