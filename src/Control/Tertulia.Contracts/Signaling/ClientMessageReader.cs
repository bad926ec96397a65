using System.Text.Json;

namespace Tertulia.Contracts.Signaling;

/// <summary>
/// Reads what a client sent. Tolerant where the contract is (unknown types and fields are ignored) and strict where others
/// would have to pay (types, sizes, enumerated values). Input is hostile: every outcome is a result, none an exception.
/// </summary>
public static class ClientMessageReader
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 32 };

    /// <returns>
    /// A message; or an error to answer with; or neither, when the type is one that this version does not know.
    /// </returns>
    public static (ClientMessage? Message, ErrorMessage? Error) Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, s_options);
            return Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or text with escapes that are no Unicode (RFC 8259 section 8.2).
            return (null, new ErrorMessage(SignalingErrors.Malformed, "The message is not valid JSON."));
        }
    }

    private static (ClientMessage? Message, ErrorMessage? Error) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object ||
            !root.TryGetProperty("type", out var typeProperty) ||
            !ClientFields.TryText(typeProperty, out var type))
            return (null, new ErrorMessage(SignalingErrors.Malformed, "A message is an object with a \"type\"."));
        var fields = new ClientFields(root);
        var message = Read(type, ref fields);
        return fields.Invalid is { } field
            ? (null, new ErrorMessage(SignalingErrors.InvalidField, $"\"{field}\" is missing or not what it should be.", type))
            : (message, null);
    }

    private static ClientMessage? Read(string type, ref ClientFields fields) => type switch
    {
        "offer" => new ClientOffer(fields.PeerId("to"), fields.Connection(), fields.Sdp("offer"), fields.Tracks()),
        "answer" => new ClientAnswer(fields.PeerId("to"), fields.Connection(), fields.Sdp("answer")),
        "ice-candidate" => new ClientCandidate(fields.PeerId("to"), fields.Connection(), fields.Candidate()),
        "reconnect" => new ClientReconnect(fields.Connection(required: true)!),
        "chat" => new ClientChat(fields.Text("text", SignalingLimits.ChatText), fields.OptionalPeerId("to")),
        "reaction" => new ClientReaction(fields.Text("emoji", SignalingLimits.Emoji)),
        "hand" => new ClientHand(fields.Flag("raised")),
        "track" => ReadTrack(ref fields),
        "view" => new ClientView(fields.View()),
        "captions" => new ClientCaptions(fields.FlagIfPresent("show"), fields.LanguageTag("language")),
        "mute-request" => new ClientMuteRequest(fields.PeerId("peerId"), fields.Source()),
        "remove" => new ClientRemove(fields.PeerId("peerId")),
        "recording" => new ClientRecording(fields.Action()),
        "broadcast" => new ClientBroadcast(fields.Action()),
        "end" => new ClientEnd(),
        "leave" => new ClientLeave(),
        "ping" => new ClientPing(fields.PingId()),
        _ => null,
    };

    private static ClientTrack ReadTrack(ref ClientFields fields)
    {
        var source = fields.Source();
        var removed = fields.OptionalFlag("removed");
        // A source that ends has no mute state, so a client need not invent one.
        return new ClientTrack(source, removed ? fields.OptionalFlag("muted") : fields.Flag("muted"), removed);
    }
}
