using Tertulia.Rtc.Net;
using Tertulia.Sfu;

namespace Tertulia.MediaNode;

/// <summary>Something to be done with a room on its loop's thread.</summary>
internal abstract class RoomCommand(MediaRoom target)
{
    public MediaRoom Target { get; } = target;

    /// <summary>Runs it and tells whoever waits; what it throws goes there too.</summary>
    public abstract void Run(Room room, Instant now);

    public abstract void Fail(Exception exception);
}

/// <summary>A command with an answer.</summary>
internal sealed class RoomCommand<T> : RoomCommand
{
    private readonly Func<Room, Instant, T> _command;
    private readonly CancellationToken _cancellation;

    // The waiting code must not run on the loop's thread.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RoomCommand(MediaRoom target, Func<Room, Instant, T> command, CancellationToken cancellation)
        : base(target)
    {
        _command = command;
        _cancellation = cancellation;
    }

    public Task<T> Completion => _completion.Task;

    public override void Run(Room room, Instant now)
    {
        if (_cancellation.IsCancellationRequested)
        {
            _completion.TrySetCanceled(_cancellation);
            return;
        }

        try
        {
            _completion.TrySetResult(_command(room, now));
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}

/// <summary>Puts a room that was made elsewhere onto its loop.</summary>
internal sealed class OpenCommand(MediaRoom target) : RoomCommand(target)
{
    public override void Run(Room room, Instant now) => Target.Loop.Attach(Target);

    // The loop ended before it took the room in: whoever reads its events must learn that none will come.
    public override void Fail(Exception exception) => Target.End(null);
}

/// <summary>Ends a room: its connections are closed, its events end.</summary>
internal sealed class CloseCommand(MediaRoom target) : RoomCommand(target)
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public override void Run(Room room, Instant now)
    {
        Target.Loop.Close(Target, now, null);
        _completion.TrySetResult();
    }

    // The room is gone already, which is what was wanted.
    public override void Fail(Exception exception) => _completion.TrySetResult();
}
