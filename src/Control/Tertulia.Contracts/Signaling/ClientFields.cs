using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Tertulia.Contracts.Signaling;

/// <summary>
/// The fields of one message. A field that is wrong leaves its name in <see cref="Invalid"/> and yields a placeholder, so that
/// readers stay straight; the message is thrown away then.
/// </summary>
internal ref struct ClientFields(JsonElement root)
{
    private readonly JsonElement _root = root;

    /// <summary>The first field that was wrong.</summary>
    public string? Invalid { get; private set; }

    public string Text(string name, int limit)
    {
        if (Present(name, out var value) && TryText(value, out var text) && text.Length <= limit &&
            !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal))
            return text;
        return Refuse(name);
    }

    public string PeerId(string name) => Text(name, SignalingLimits.PeerId);

    public string? OptionalPeerId(string name) => Present(name, out _) ? PeerId(name) : null;

    public string? Connection(bool required = false)
    {
        if (!Present("connection", out var value)) return required ? Refuse("connection") : null;
        return TryText(value, out var name) && ConnectionNames.IsKnown(name) ? name : Refuse("connection");
    }

    public string Source() => Present("source", out var value) ? SourceOf(value) ?? Refuse("source") : Refuse("source");

    public bool Flag(string name)
    {
        if (Present(name, out _)) return OptionalFlag(name);
        Refuse(name);
        return false;
    }

    public bool? FlagIfPresent(string name) => Present(name, out _) ? OptionalFlag(name) : null;

    /// <summary>A BCP 47 tag, or <c>auto</c>.</summary>
    public string? LanguageTag(string name)
    {
        if (!Present(name, out var value)) return null;
        return TryText(value, out var tag) && tag.Length is >= 2 and <= SignalingLimits.LanguageTag && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? tag
            : Refuse(name);
    }

    public bool OptionalFlag(string name)
    {
        if (!Present(name, out var value)) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Refuse(name);
        return false;
    }

    /// <summary>True to start, false to stop.</summary>
    public bool Action()
    {
        if (Present("action", out var value) && TryText(value, out var action) && (action is "start" or "stop")) return action == "start";
        Refuse("action");
        return false;
    }

    /// <summary>The text of an RTCSessionDescriptionInit of this type.</summary>
    public string Sdp(string type)
    {
        if (Present("sdp", out var value) && value.ValueKind == JsonValueKind.Object &&
            value.TryGetProperty("type", out var kind) && TryText(kind, out var kindText) && kindText == type &&
            value.TryGetProperty("sdp", out var sdp) && TryText(sdp, out var text))
            return text;
        return Refuse("sdp");
    }

    public IceCandidateInit? Candidate()
    {
        // RTCPeerConnection's last event has a null candidate, and clients pass it on as it is.
        if (!Present("candidate", out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object)
        {
            var inner = new ClientFields(value);
            var candidate = new IceCandidateInit(
                inner.Short("candidate") ?? "", inner.Short("sdpMid"), inner.Index("sdpMLineIndex"), inner.Short("usernameFragment"));
            if (inner.Invalid is null) return candidate;
        }
        Refuse("candidate");
        return null;
    }

    public IReadOnlyList<OfferedTrack>? Tracks()
    {
        if (!Present("tracks", out var value)) return null;
        return List(value, "tracks", static (ref ClientFields item) => new OfferedTrack(item.Text("mid", 64), item.Source()));
    }

    public IReadOnlyList<ViewItem> View()
    {
        if (Present("items", out var value))
            return List(value, "items", static (ref ClientFields item) =>
                new ViewItem(item.PeerId("peerId"), item.Source(), item.Pixels("width"), item.Pixels("height")));
        Refuse("items");
        return [];
    }

    /// <summary>Text or a number, to be repeated as it came; it outlives the message.</summary>
    public JsonElement? PingId()
    {
        if (!Present("id", out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number ? value.GetRawText().Length <= 64 : TryText(value, out var text) && text.Length <= 64)
            return value.Clone();
        Refuse("id");
        return null;
    }

    /// <summary>False for what is no string, and for escapes that are no Unicode text (RFC 8259 section 8.2).</summary>
    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString();
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        return text is not null;
    }

    private delegate T ItemReader<T>(ref ClientFields item);

    private List<T> List<T>(JsonElement value, string name, ItemReader<T> read)
    {
        var items = new List<T>();
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > SignalingLimits.Items)
        {
            Refuse(name);
            return items;
        }
        foreach (var element in value.EnumerateArray())
        {
            var fields = new ClientFields(element);
            if (element.ValueKind == JsonValueKind.Object) items.Add(read(ref fields));
            if (element.ValueKind == JsonValueKind.Object && fields.Invalid is null) continue;
            Refuse(name);
            break;
        }
        return items;
    }

    private string? Short(string name)
    {
        if (!Present(name, out var value)) return null;
        return TryText(value, out var text) && text.Length <= SignalingLimits.Candidate ? text : Refuse(name);
    }

    private int? Index(string name)
    {
        if (!Present(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index is >= 0 and <= ushort.MaxValue) return index;
        Refuse(name);
        return null;
    }

    private int Pixels(string name)
    {
        // Layout sizes are fractions of a pixel at times.
        if (Present(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var pixels) && pixels is >= 0 and <= 65_535)
            return (int)Math.Ceiling(pixels);
        Refuse(name);
        return 0;
    }

    private static string? SourceOf(JsonElement value) => TryText(value, out var name) && SourceNames.IsKnown(name) ? name : null;

    private readonly bool Present(string name, out JsonElement value) =>
        _root.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private string Refuse(string name)
    {
        Invalid ??= name;
        return "";
    }
}
