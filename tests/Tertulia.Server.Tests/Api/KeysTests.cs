using System.Net;
using Tertulia.Server.Tests.Support;

namespace Tertulia.Server.Tests.Api;

public sealed class KeysTests
{
    [Fact]
    public async Task A_key_is_shown_once_works_at_once_and_ends_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.Client.PostAsync("/api/keys", TestServer.Json("""{"name":"Backend"}""")).JsonAsync(HttpStatusCode.Created);
        var secret = created.Text("key");
        Assert.Matches("^tertulia_sk_[A-Za-z0-9]{40}$", secret);
        Assert.StartsWith(created.Text("prefix"), secret, StringComparison.Ordinal);
        using var client = server.ClientWith(secret);
        await client.GetAsync("/api/meetings").JsonAsync();

        var list = await server.Client.GetAsync("/api/keys").JsonAsync();
        var item = list.GetProperty("items").EnumerateArray().Single(key => key.Text("id") == created.Text("id"));
        Assert.Equal("Backend", item.Text("name"));
        Assert.True(item.Has("lastUsedAt"));
        Assert.DoesNotContain(secret, list.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestServer.Key, list.GetRawText(), StringComparison.Ordinal);

        using var revoked = await server.Client.DeleteAsync($"/api/keys/{created.Text("id")}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await client.GetAsync("/api/meetings").ProblemAsync(HttpStatusCode.Unauthorized, "key-invalid");
        using var again = await server.Client.DeleteAsync($"/api/keys/{created.Text("id")}");
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task Another_accounts_keys_do_not_exist()
    {
        await using var server = await TestServer.StartAsync();
        using var other = await server.AddAccountAsync("acc_other");
        var created = await server.Client.PostAsync("/api/keys", null).JsonAsync(HttpStatusCode.Created);

        await other.DeleteAsync($"/api/keys/{created.Text("id")}").ProblemAsync(HttpStatusCode.NotFound, "key-unknown");
        Assert.Single((await other.GetAsync("/api/keys").JsonAsync()).GetProperty("items").EnumerateArray());
        using var client = server.ClientWith(created.Text("key"));
        await client.GetAsync("/api/meetings").JsonAsync();
    }
}
