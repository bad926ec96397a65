using System.Globalization;
using Tertulia.Contracts.Rest;
using Tertulia.Contracts.Signaling;
using Tertulia.Recording.Composition;
using Tertulia.Recording.Live;
using Tertulia.Server.Auth;
using Tertulia.Server.Broadcasts;
using Tertulia.Storage;

namespace Tertulia.Server.Api;

/// <summary>Showing a meeting to the public: starting and stopping for its owner; playlist and media for everyone who has the address.</summary>
internal static class BroadcastsApi
{
    private const string PlaylistType = "application/vnd.apple.mpegurl", FileType = "video/mp4";

    // Long enough for caches to hold it for all who ask; what is asked for by number never changes any more.
    private const string Forever = "public, max-age=3600, immutable";
    private const string Briefly = "public, max-age=1";

    // A player that asks for what comes next is answered when it is there, at the latest after this.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3 * LivePlaylist.SegmentDuration);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var meeting = routes.MapGroup("/api/meetings/{id}/broadcast").WithTags("Broadcasts").WithAccess(ApiAccess.Account);
        meeting.MapPost("/start", StartAsync).WithName("startBroadcast").WithSummary("Show the meeting to the public from now on; starting it again changes nothing")
            .Produces<BroadcastView>().WithProblems(401, 402, 404, 410, 413, 415, 422, 429, 503);
        meeting.MapPost("/stop", StopAsync).WithName("stopBroadcast").WithSummary("Stop showing the meeting; stopping it again changes nothing")
            .Produces<BroadcastView>().WithProblems(401, 404, 429);
        meeting.MapGet("", ReadAsync).WithName("getBroadcast").WithSummary("How the broadcast stands, with the address of the page for viewers, which can be given away before the start")
            .Produces<BroadcastView>().WithProblems(401, 404, 429);
        routes.MapGet("/broadcasts/{broadcastId}", WatchAsync).WithTags("Broadcasts").WithAccess(ApiAccess.Public).WithName("watchBroadcast")
            .WithSummary("What viewers are told; needs no key").Produces<PublicBroadcastView>().WithProblems(404, 429);
        routes.MapMethods("/broadcasts/{broadcastId}/live.m3u8", ["GET", "HEAD"], PlaylistAsync).ExcludeFromDescription();
        routes.MapMethods("/broadcasts/{broadcastId}/{run}/{name}", ["GET", "HEAD"], FileAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> StartAsync(
        HttpContext context, Caller caller, string id, Body<StartBroadcastRequest> body, MeetingLookup lookup, BroadcastService broadcasts, Hosting.PublicAddress address)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        address.BaseOf(context);
        var layout = body.Value.Layout switch
        {
            null or RecordingLayouts.Grid => RecordingLayout.Grid,
            RecordingLayouts.Speaker => RecordingLayout.Speaker,
            _ => throw ApiProblem.InvalidField("layout", "Must be grid or speaker."),
        };
        var (outcome, _) = await broadcasts.StartAsync(meeting.Id, layout, by: null);
        return outcome switch
        {
            BroadcastOutcome.NotInPlan => throw ApiProblem.PlanLacks("Broadcasting is not part of the account's plan."),
            BroadcastOutcome.NoMeeting => throw ApiProblem.MeetingEnded(),
            BroadcastOutcome.TooMany or BroadcastOutcome.Missing => throw ApiProblem.OfStatus(503),
            _ => Results.Ok(View(meeting, broadcasts)),
        };
    }

    private static async Task<IResult> StopAsync(
        HttpContext context, Caller caller, string id, MeetingLookup lookup, BroadcastService broadcasts, Hosting.PublicAddress address)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        address.BaseOf(context);
        await broadcasts.StopAsync(meeting.Id);
        return Results.Ok(View(meeting, broadcasts));
    }

    private static async Task<IResult> ReadAsync(
        HttpContext context, Caller caller, string id, MeetingLookup lookup, BroadcastService broadcasts, Hosting.PublicAddress address)
    {
        var meeting = await lookup.OwnAsync(caller, id, context.RequestAborted);
        address.BaseOf(context);
        return Results.Ok(View(meeting, broadcasts));
    }

    private static BroadcastView View(MeetingRecord meeting, BroadcastService broadcasts)
    {
        var live = broadcasts.FindLive(meeting.Id);
        var watchUrl = broadcasts.WatchUrlOf(meeting.Id);
        return new(
            watchUrl[(watchUrl.LastIndexOf('/') + 1)..], meeting.Id, StateOf(meeting, broadcasts), watchUrl, live?.StartedAt, live?.Viewers.Count(), live?.Latency);
    }

    private static string StateOf(MeetingRecord meeting, BroadcastService broadcasts) =>
        broadcasts.FindLive(meeting.Id) is not null ? BroadcastStates.Live
        : meeting.EndedAt is not null || broadcasts.Find(meeting.Id) is not null ? BroadcastStates.Ended
        : BroadcastStates.Waiting;

    private static async Task<IResult> WatchAsync(
        HttpContext context, string broadcastId, BroadcastIds ids, MeetingStore meetings, AddressLimits limits, BroadcastService broadcasts)
    {
        if (ids.MeetingOf(broadcastId) is not { } meetingId || await meetings.FindAsync(meetingId, context.RequestAborted) is not { } meeting)
        {
            limits.CountUnknownMeeting(context);
            throw ApiProblem.BroadcastUnknown();
        }

        PrepareForCaches(context, Briefly);
        var live = broadcasts.FindLive(meetingId);
        return Results.Ok(new PublicBroadcastView(
            StateOf(meeting, broadcasts), meeting.Title, live?.StartedAt, live is { Playlist.HasStarted: true } ? $"/broadcasts/{broadcastId}/live.m3u8" : null, live?.Viewers.Count()));
    }

    private static async Task<IResult> PlaylistAsync(HttpContext context, string broadcastId, BroadcastIds ids, AddressLimits limits, BroadcastService broadcasts)
    {
        var onAir = Find(context, broadcastId, ids, limits, broadcasts);
        var query = context.Request.Query;
        var (segment, part) = (NumberIn(query["_HLS_msn"]), NumberIn(query["_HLS_part"]));
        if (part is not null && segment is null) throw ApiProblem.OfStatus(400);
        onAir.Viewers.Saw(context);
        onAir.Viewers.Count();
        string? text;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(s_patience);
        try
        {
            text = await onAir.Playlist.ReadAsync(segment, part, patience.Token) ?? throw ApiProblem.OfStatus(400);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw ApiProblem.OfStatus(503);
        }

        if (text.Length == 0) throw ApiProblem.BroadcastUnknown();
        PrepareForCaches(context, Briefly);
        return Results.Text(text, PlaylistType);
    }

    private static async Task<IResult> FileAsync(
        HttpContext context, string broadcastId, string run, string name, BroadcastIds ids, AddressLimits limits, BroadcastService broadcasts)
    {
        var onAir = Find(context, broadcastId, ids, limits, broadcasts);
        if (run != onAir.Playlist.Run) throw ApiProblem.ObjectUnknown();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(s_patience);
        LiveFile? file;
        try
        {
            file = await onAir.Playlist.FindAsync(name, patience.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            file = null;
        }

        if (file is null) throw ApiProblem.ObjectUnknown();
        PrepareForCaches(context, Forever);
        return Results.Bytes(file.Data, FileType, entityTag: new($"\"{run}-{name}\""), enableRangeProcessing: true);
    }

    private static OnAir Find(HttpContext context, string broadcastId, BroadcastIds ids, AddressLimits limits, BroadcastService broadcasts)
    {
        PrepareForCaches(context, Briefly);
        if (ids.MeetingOf(broadcastId) is not { } meetingId)
        {
            limits.CountUnknownMeeting(context);
            throw ApiProblem.BroadcastUnknown();
        }

        return broadcasts.Find(meetingId) ?? throw ApiProblem.BroadcastUnknown();
    }

    /// <summary>A cache gives everyone the same answer, whether or not the first who asked was a script of another origin.</summary>
    private static void PrepareForCaches(HttpContext context, string howLong)
    {
        context.Response.Headers.CacheControl = howLong;
        context.Response.Headers.AccessControlAllowOrigin = "*";
    }

    private static int? NumberIn(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiProblem.OfStatus(400);
}
