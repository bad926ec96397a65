using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Tertulia.Control.Tests.Storage;
using Tertulia.Control.Tests.Webhooks;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Hosting;

/// <summary>kill -9, in the middle of things happening and of their delivery: every event arrives all the same.</summary>
public sealed class WebhookDurabilityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tertulia-hooks-").FullName;

    [Theory, OnSqlite, OnPostgres]
    public async Task No_acknowledged_event_is_lost_by_kill_9(Engine engine)
    {
        (string, string)[] environment =
        [
            ("Tertulia__Webhooks__AllowPrivateTargets", "true"), ("Tertulia__Webhooks__TimeoutSeconds", "2"),
            .. engine == Engine.Postgres ? new[] { ("Tertulia__Database", await PostgresServer.CreateDatabaseAsync()) } : [],
        ];
        await using var receiver = new WebhookReceiver();
        // Of three that come first one is not answered for now and one with an error, so that some are under way whenever the server dies.
        var later = new TaskCompletionSource();
        var seen = new ConcurrentDictionary<string, int>();
        receiver.Answer = async (received, response) =>
        {
            if (!seen.TryAdd(received.Id, seen.Count)) return;
            if (seen[received.Id] % 3 == 1) await later.Task;
            if (seen[received.Id] % 3 == 2) response.StatusCode = 500;
        };
        var ended = new ConcurrentBag<string>();
        string secret = "", hook = "";
        for (var round = 0; round < 2; round++)
        {
            await using var server = await ServerProcess.StartAsync(_folder, environment);
            using var client = ClientOf(server);
            if (round == 0)
            {
                var created = await client.PostAsJsonAsync("/api/webhooks", new { url = receiver.Url }).JsonAsync(HttpStatusCode.Created);
                (secret, hook) = (created.Text("secret"), created.Text("id"));
            }
            var goal = ended.Count + 20;
            var enough = new TaskCompletionSource();
            var writers = Enumerable.Range(0, 4).Select(_ => EndMeetingsAsync(client, ended, () =>
            {
                if (ended.Count >= goal) enough.TrySetResult();
            })).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await server.KillAsync();
            await Task.WhenAll(writers);
        }

        later.SetResult();
        receiver.AnswerWith(200);
        await using var again = await ServerProcess.StartAsync(_folder, environment);
        using var after = ClientOf(again);
        await Eventually.TrueAsync(
            "every event arrived",
            () => Task.FromResult(!ended.Except(receiver.Received.Select(MeetingOf)).Any()),
            TimeSpan.FromSeconds(90));
        Assert.All(receiver.Received, received => Assert.True(received.IsSignedWith(secret)));
        // Each meeting ended once: what arrived more than once has the same id, by which receivers know it.
        Assert.All(receiver.Received.GroupBy(MeetingOf), same => Assert.Single(same.Select(received => received.Id).Distinct()));
        await Eventually.TrueAsync(
            "the outbox is empty",
            async () => (await after.GetAsync($"/api/webhooks/{hook}/deliveries?state=pending").JsonAsync()).GetProperty("items").GetArrayLength() == 0,
            TimeSpan.FromSeconds(90));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string MeetingOf(ReceivedWebhook received) => received.Json.GetProperty("data").Text("meetingId");

    private static async Task EndMeetingsAsync(HttpClient client, ConcurrentBag<string> ended, Action progress)
    {
        while (true)
        {
            try
            {
                var created = await client.PostAsync("/api/meetings", null).JsonAsync(HttpStatusCode.Created);
                await client.PostAsync($"/api/meetings/{created.Text("meetingId")}/end", null).JsonAsync();
                ended.Add(created.Text("meetingId"));
                progress();
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static HttpClient ClientOf(ServerProcess server)
    {
        var client = new HttpClient { BaseAddress = server.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.ApiKey);
        return client;
    }
}
