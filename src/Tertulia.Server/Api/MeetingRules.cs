using System.Text;
using System.Text.Json;
using Tertulia.Contracts;
using Tertulia.Contracts.Rest;
using Tertulia.Control.Accounts;
using Tertulia.Control.Meetings;

namespace Tertulia.Server.Api;

/// <summary>What may stand in the fields of a meeting, and what is said about settings that have no effect yet.</summary>
internal static class MeetingRules
{
    public const int TitleLength = 200;
    public const int DisplayNameLength = 64;
    public const int MetadataBytes = 2048;
    public const int LanguageLength = 35;

    public static string Title(string? title) => Text(title, "title", TitleLength) ?? "Meeting";

    /// <summary>The name, or null if none was given: then one is invented.</summary>
    public static string? DisplayName(string? name) => Text(name, "displayName", DisplayNameLength);

    /// <summary>The name of somebody who speaks in a transcript; must be given.</summary>
    public static string SpeakerName(string? name, string field) =>
        Text(name, field, DisplayNameLength) ?? throw ApiProblem.InvalidField(field, $"Must have 1 to {DisplayNameLength} characters.");

    public static string Role(string? role)
    {
        if (role is null) return ParticipantRole.Participant;
        return ParticipantRole.IsKnown(role) ? role : throw ApiProblem.InvalidField("role", "Must be host, participant or guest.");
    }

    /// <summary>Metadata as compact JSON text; an object, whose meaning is the client's own.</summary>
    public static string? Metadata(JsonElement? metadata)
    {
        if (metadata is not { } value || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Object) throw ApiProblem.InvalidField("metadata", "Must be a JSON object.");
        var text = value.GetRawText();
        return Encoding.UTF8.GetByteCount(text) <= MetadataBytes
            ? text
            : throw ApiProblem.InvalidField("metadata", $"Must be at most {MetadataBytes} bytes.");
    }

    public static void Check(MeetingSettings settings)
    {
        if (settings.MaxParticipants is < 1 or > Plan.MostParticipants)
        {
            throw ApiProblem.InvalidField("settings.maxParticipants", $"Must be from 1 to {Plan.MostParticipants}.");
        }
        if (!MeetingTopology.IsKnown(settings.Topology)) throw ApiProblem.InvalidField("settings.topology", "Must be sfu, p2p or auto.");
        if (!MeetingAccess.IsKnown(settings.Access)) throw ApiProblem.InvalidField("settings.access", "Must be link or key.");
        if (settings.Transcription is { } transcription && !IsLanguageTag(transcription.Language))
        {
            throw ApiProblem.InvalidField("settings.transcription.language", "Must be a language tag such as en or pt-BR.");
        }
    }

    /// <summary>What was accepted and kept, but does less than was asked for; null if nothing.</summary>
    public static IReadOnlyList<Warning>? Warnings(MeetingSettings settings, int effectiveParticipants, ITranscriber transcriber)
    {
        var warnings = new List<Warning>();
        if (settings.MaxParticipants > effectiveParticipants)
        {
            warnings.Add(new("plan-limit", "settings.maxParticipants", $"The plan allows {effectiveParticipants} participants."));
        }
        if (settings.Transcription is { Enabled: true } transcription && !transcriber.Knows(transcription.Language))
        {
            warnings.Add(transcriber.Languages.Count == 0
                ? new("feature-unavailable", "settings.transcription", "This server has no speech recognition. The setting is kept.")
                : new("language-unavailable", "settings.transcription.language", $"Recognised here: {string.Join(", ", transcriber.Languages)}."));
        }
        foreach (var name in settings.Other?.Keys ?? Enumerable.Empty<string>())
        {
            warnings.Add(new("setting-unknown", $"settings.{name}", "This version does not know the setting. It is kept."));
        }
        return warnings.Count > 0 ? warnings : null;
    }

    private static string? Text(string? value, string field, int length)
    {
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        if (text.Length > length) throw ApiProblem.InvalidField(field, $"Must have at most {length} characters.");
        if (text.Any(IsForbidden)) throw ApiProblem.InvalidField(field, "Must not contain control characters.");
        return text;
    }

    // Controls, half surrogate pairs are dealt with by JSON; and marks that turn the writing direction, with which names can be forged.
    private static bool IsForbidden(char c) => char.IsControl(c) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    public static bool IsLanguageTag(string tag) =>
        tag.Length is >= 2 and <= LanguageLength && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
