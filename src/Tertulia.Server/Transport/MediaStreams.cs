using System.Net;

namespace Tertulia.Server.Transport;

/// <summary>Hands TCP connections that carry media, or its relaying, to the media node.</summary>
internal sealed class MediaStreams
{
    public Task ServeTurnAsync(Stream stream, IPEndPoint local, IPEndPoint remote, bool isTls, CancellationToken stop) => Task.CompletedTask;

    public Task ServeIceAsync(Stream stream, IPEndPoint local, IPEndPoint remote, CancellationToken stop) => Task.CompletedTask;
}
