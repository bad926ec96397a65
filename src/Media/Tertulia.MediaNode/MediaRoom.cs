using System.Threading.Channels;
using Tertulia.Rtc.Net;
using Tertulia.Sfu;
using Tertulia.Taps;

namespace Tertulia.MediaNode;

/// <summary>
/// A room as the rest of the server sees it: commands go in and events come out over bounded channels, the room itself is
/// touched by its loop's thread alone. Safe for use by any thread.
/// </summary>
public sealed class MediaRoom : IAsyncDisposable
{
    private const int EventCapacity = 4096;

    private readonly Channel<RoomEvent> _events = Channel.CreateBounded<RoomEvent>(
        new BoundedChannelOptions(EventCapacity) { SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    internal MediaRoom(string id, MediaLoop loop, Room room)
    {
        Id = id;
        Loop = loop;
        Room = room;
    }

    public string Id { get; }

    /// <summary>What happens in the room, in order. Ends when the room is closed, with the exception if that was a fault.</summary>
    public ChannelReader<RoomEvent> Events => _events.Reader;

    /// <summary>Events lost because nobody read them in time.</summary>
    public long EventsDropped { get; private set; }

    internal MediaLoop Loop { get; }

    /// <summary>For the loop's thread only.</summary>
    internal Room Room { get; }

    /// <summary>When the loop will look at the room again; for its thread only.</summary>
    internal Instant ScheduledAt { get; set; } = Instant.Never;

    /// <summary>Touched in this turn; for the loop's thread only.</summary>
    internal bool IsTouched { get; set; }

    internal bool IsClosed { get; private set; }

    /// <summary>
    /// Runs <paramref name="command"/> on the loop's thread between two batches of datagrams; it must neither wait nor keep
    /// the room. What it throws is thrown here and leaves the room as it is.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The room is closed.</exception>
    public async ValueTask<T> InvokeAsync<T>(Func<Room, Instant, T> command, CancellationToken cancellationToken = default)
    {
        var posted = new RoomCommand<T>(this, command, cancellationToken);
        await Loop.PostAsync(posted, cancellationToken).ConfigureAwait(false);
        return await posted.Completion.ConfigureAwait(false);
    }

    /// <inheritdoc cref="InvokeAsync{T}"/>
    public async ValueTask InvokeAsync(Action<Room, Instant> command, CancellationToken cancellationToken = default)
    {
        await InvokeAsync(
            (room, now) =>
            {
                command(room, now);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Lets <paramref name="tap"/> listen from now on, on a thread of its own, until the attachment is disposed or the room closed.
    /// </summary>
    /// <param name="capacity">Bytes of the queue between: a power of two.</param>
    /// <exception cref="ObjectDisposedException">The room is closed.</exception>
    public async ValueTask<TapAttachment> AttachTapAsync(
        IMediaTap tap, TapOptions? options = null, int capacity = TapAttachment.DefaultCapacity, CancellationToken cancellationToken = default)
    {
        var attachment = new TapAttachment(this, tap, capacity);
        await attachment.StartAsync(options ?? new(), cancellationToken).ConfigureAwait(false);
        return attachment;
    }

    /// <summary>Closes all connections and ends <see cref="Events"/>; a second call waits for the same.</summary>
    public async ValueTask DisposeAsync()
    {
        var close = new CloseCommand(this);
        try
        {
            await Loop.PostAsync(close, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            return; // the whole node is gone
        }

        await close.Completion.ConfigureAwait(false);
    }

    internal void Emit(RoomEvent roomEvent)
    {
        if (!_events.Writer.TryWrite(roomEvent)) EventsDropped++;
    }

    internal void End(Exception? fault)
    {
        IsClosed = true;
        _events.Writer.TryComplete(fault);
    }
}
