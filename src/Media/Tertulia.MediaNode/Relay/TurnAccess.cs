using System.Text;
using Tertulia.Turn;

namespace Tertulia.MediaNode.Relay;

/// <summary>Who may use the TURN server of a node. Safe for use by any thread.</summary>
public sealed class TurnAccess
{
    private readonly RelayNode _node;
    private readonly IReadOnlyList<MediaLoop> _loops;

    internal TurnAccess(RelayNode node, IReadOnlyList<MediaLoop> loops)
    {
        _node = node;
        _loops = loops;
    }

    /// <summary>
    /// Credentials for one participant: good for five minutes, and from then on for as long as <see cref="Enter"/> was called for
    /// it and <see cref="Leave"/> was not.
    /// </summary>
    /// <param name="id">Visible ASCII without a colon; the same in all three calls, and in usage.</param>
    public TurnCredential Issue(string id)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var credential = _node.Credentials.Issue(id, now);
        var username = Encoding.ASCII.GetBytes(credential.Username);
        _node.Presence.Remember(_node.Credentials.Userhash(username), username, id, now);
        return credential;
    }

    /// <summary>The participant is in its meeting.</summary>
    public void Enter(string id) => _node.Presence.Enter(id);

    /// <summary>The participant has left or was removed: its credentials are void, its relays end.</summary>
    public void Leave(string id)
    {
        _node.Presence.Leave(id, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        foreach (var loop in _loops) loop.PostToRelay(server => server.EndUser(id));
    }
}
