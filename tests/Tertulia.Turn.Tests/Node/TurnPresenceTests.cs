using System.Security.Cryptography;
using System.Text;
using Tertulia.MediaNode.Relay;

namespace Tertulia.Turn.Tests.Node;

public sealed class TurnPresenceTests
{
    private const long Now = 1_800_000_000;

    private readonly TurnPresence _presence = new();

    [Fact]
    public void Hidden_user_names_are_found_by_their_hash()
    {
        Remember("ada", Now);
        Assert.Equal("1:ada", Encoding.ASCII.GetString(_presence.FindUsername(Hash("ada"))!));
        Assert.Null(_presence.FindUsername(Hash("bob")));
        Assert.Null(_presence.FindUsername(Hash("ada").AsSpan(0, 16)));
    }

    [Fact]
    public void Names_whose_credentials_are_void_are_forgotten_before_they_are_many()
    {
        _presence.Enter("ada");
        Remember("ada", Now - 86_000);
        for (var i = 0; i < 10_000; i++) Remember($"gone{i}", Now - 1000 + i / 100);
        for (var i = 0; i < 10_000; i++) Remember($"new{i}", Now);
        Assert.NotNull(_presence.FindUsername(Hash("ada")));
        Assert.NotNull(_presence.FindUsername(Hash("new9999")));
        Assert.Null(_presence.FindUsername(Hash("gone0")));
    }

    private void Remember(string id, long at) => _presence.Remember(Hash(id), Encoding.ASCII.GetBytes($"1:{id}"), id, at);

    private static byte[] Hash(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));
}
