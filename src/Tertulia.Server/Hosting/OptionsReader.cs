using System.Net;
using Tertulia.Control.Accounts;
using Tertulia.Control.Webhooks;
using Tertulia.Server.Captions;

namespace Tertulia.Server.Hosting;

/// <summary>Turns configuration into <see cref="TertuliaOptions"/>, or into one clear message per mistake.</summary>
internal static class OptionsReader
{
    /// <exception cref="StartupException">Something is wrong; all of it is named.</exception>
    public static (TertuliaOptions Options, IReadOnlyList<string> Warnings) Read(IConfiguration configuration, string contentRoot)
    {
        var mistakes = new List<string>();
        var root = new ConfigurationReader(configuration.GetSection("Tertulia"), "Tertulia", mistakes);
        var media = root.Section("Media");
        var turn = root.Section("Turn");
        var bucket = root.Section("Storage").Section("S3");
        var webhooks = root.Section("Webhooks");
        var recording = root.Section("Recording");
        var broadcast = root.Section("Broadcast");
        var summaries = root.Section("Summaries");
        var limits = root.Section("RateLimits");
        var tls = root.Section("Tls");
        var speech = root.Section("Speech");
        var acme = tls.Section("Acme");
        var forwarded = root.Section("ForwardedHeaders");
        var plans = ReadPlans(root);
        var options = new TertuliaOptions
        {
            DataDirectory = Path.GetFullPath(root.Text("DataDirectory") ?? "data", contentRoot),
            WebRoot = Path.GetFullPath(root.Text("WebRoot") ?? Path.Combine(AppContext.BaseDirectory, "wwwroot"), contentRoot),
            ApiKey = ReadKey(root, "ApiKey"),
            MetricsKey = ReadKey(root, "MetricsKey"),
            PublicUrl = ReadPublicUrl(root),
            Database = root.Text("Database"),
            Media = ReadMedia(media),
            Turn = TurnReader.Read(turn),
            Bucket = BucketReader.Read(bucket),
            Webhooks = ReadWebhooks(webhooks),
            Recording = new(LeaveFree: (recording.Number("LeaveFreeMegabytes", 0, int.MaxValue) ?? 256) * 1024L * 1024),
            Broadcast = ReadBroadcast(broadcast),
            Summaries = SummaryReader.Read(summaries),
            RateLimits = ReadRateLimits(limits),
            Speech = SpeechOptionsReader.Read(speech),
            Tls = TlsReader.Read(tls, acme, contentRoot),
            KnownProxies = forwarded.List<IPNetwork>("KnownProxies", TryParseNetwork, "addresses or networks such as 10.0.0.0/8") ?? [],
            Plans = plans,
            DefaultPlan = ReadDefaultPlan(root, plans),
        };
        RequireWritable(root, options.DataDirectory);
        if (mistakes.Count > 0) throw new StartupException(mistakes);
        ConfigurationReader[] sections =
        [
            root,
            media,
            turn,
            bucket,
            webhooks,
            recording,
            broadcast,
            limits,
            tls,
            acme,
            speech,
            summaries,
            forwarded,
        ];
        var unknown = sections.SelectMany(section => section.Unknown());
        return (options, [.. unknown.Select(name => $"{name} is no setting of this version and is ignored.")]);
    }

    private static BroadcastOptions ReadBroadcast(ConfigurationReader section)
    {
        var usual = new BroadcastOptions();
        return new(section.Number("KilobitsPerSecond", 200, 20_000) ?? usual.KilobitsPerSecond) { MostAtOnce = section.Number("MostAtOnce", 0, 1000) ?? usual.MostAtOnce };
    }

    private static string? ReadKey(ConfigurationReader root, string name)
    {
        if (root.Text(name) is not { } key) return null;
        if (!ApiKeys.IsAcceptablePreset(key)) root.Mistake(name, "must have 16 to 256 visible ASCII characters and no spaces");
        return key;
    }

    private static Uri? ReadPublicUrl(ConfigurationReader root)
    {
        if (root.Text("PublicUrl") is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" &&
            url.AbsolutePath == "/" && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0) return url;
        root.Mistake("PublicUrl", $"must be an http or https address without a path, such as https://meet.example.org, but is '{text}'");
        return null;
    }

    private static MediaOptions ReadMedia(ConfigurationReader media)
    {
        var read = new MediaOptions
        {
            UdpPort = media.Number("UdpPort", 0, 65535),
            SinglePort = (media.Flag("SinglePort") ?? false) && OperatingSystem.IsLinux(),
            AdvertisedAddresses = media.List<IPAddress>("AdvertisedAddresses", IPAddress.TryParse, "IP addresses"),
            ConsentTimeout = TimeSpan.FromSeconds(media.Number("ConsentTimeoutSeconds", 5, 30) ?? 10),
            Loops = media.Number("Loops", 1, 256) ?? Math.Max(2, Environment.ProcessorCount),
        };
        if (!read.SinglePort && read.UdpPort is > 0 && read.UdpPort + read.Loops - 1 > 65535)
        {
            media.Mistake("UdpPort", $"leaves no room for the ports of {read.Loops} media loops, which follow it");
        }
        return read;
    }

    private static WebhookOptions ReadWebhooks(ConfigurationReader webhooks) => new()
    {
        AllowPrivateTargets = webhooks.Flag("AllowPrivateTargets") ?? false,
        Timeout = TimeSpan.FromSeconds(webhooks.Number("TimeoutSeconds", 1, 60) ?? 15),
        MostPerAccount = webhooks.Number("MostPerAccount", 0, 1000) ?? new WebhookOptions().MostPerAccount,
    };

    private static RateLimitOptions ReadRateLimits(ConfigurationReader limits)
    {
        var usual = new RateLimitOptions();
        return new()
        {
            PublicCallsPerMinute = limits.Number("PublicCallsPerMinute", 1, int.MaxValue) ?? usual.PublicCallsPerMinute,
            UnknownMeetingsPerMinute = limits.Number("UnknownMeetingsPerMinute", 1, int.MaxValue) ?? usual.UnknownMeetingsPerMinute,
            FailedSigninsPerMinute = limits.Number("FailedSigninsPerMinute", 1, int.MaxValue) ?? usual.FailedSigninsPerMinute,
        };
    }

    private static List<Plan> ReadPlans(ConfigurationReader root)
    {
        var plans = new List<Plan>();
        foreach (var (name, plan) in root.Sections("Plans"))
        {
            var usual = PlanCatalog.Defaults.FirstOrDefault(p => p.Name == name) ?? new Plan(name);
            plans.Add(usual with
            {
                ApiCallsPerMonth = plan.Number("ApiCallsPerMonth", 0, int.MaxValue) ?? usual.ApiCallsPerMonth,
                ParticipantsPerMeeting = plan.Number("ParticipantsPerMeeting", 1, Plan.MostParticipants) ?? usual.ParticipantsPerMeeting,
                VideoHeight = plan.Number("VideoHeight", 90, 4320) ?? usual.VideoHeight,
                Recording = plan.Flag("Recording") ?? usual.Recording,
                Summaries = plan.Flag("Summaries") ?? usual.Summaries,
                TranscriptDays = plan.Number("TranscriptDays", 0, 36500) ?? usual.TranscriptDays,
                RecordingDays = plan.Number("RecordingDays", 0, 36500) ?? usual.RecordingDays,
            });
        }
        return plans;
    }

    private static string ReadDefaultPlan(ConfigurationReader root, IReadOnlyList<Plan> plans)
    {
        var name = root.Text("DefaultPlan") ?? Plan.Unlimited;
        if (!new PlanCatalog(plans).Contains(name)) root.Mistake("DefaultPlan", $"must be the name of a plan, but is '{name}'");
        return name;
    }

    internal static bool TryParseNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network)) return true;
        if (!IPAddress.TryParse(text, out var address)) return false;
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    private static void RequireWritable(ConfigurationReader root, string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var probe = new FileStream(
                Path.Combine(directory, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            root.Mistake("DataDirectory", $"must be a folder that this user may write to, but '{directory}' is not: {e.Message.TrimEnd('.')}");
        }
    }
}
