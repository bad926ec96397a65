using System.Threading.Channels;

namespace Tertulia.Control.Meetings;

/// <summary>The meeting is no longer in memory: it was empty for long, has ended, or the server drains.</summary>
internal sealed class MeetingClosedException() : Exception("The meeting is closed.");

/// <summary>
/// The one way into a meeting: work is done one piece after the other, in the order in which it came, so that nothing in a
/// meeting needs a lock. Bounded: whoever posts waits while others' work is queued.
/// </summary>
internal sealed class MeetingMailbox
{
    private const int Capacity = 1_024;

    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private bool _closed;

    public MeetingMailbox() => Completion = Task.Run(ReadAsync);

    /// <summary>Completes when the mailbox was closed and the last piece of work is done.</summary>
    public Task Completion { get; }

    /// <summary>Does the work in its turn. Throws <see cref="MeetingClosedException"/> when that turn never comes.</summary>
    public async Task<T> RunAsync<T>(Func<ValueTask<T>> work)
    {
        var item = new Work<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(item);
        }
        catch (ChannelClosedException)
        {
            throw new MeetingClosedException();
        }
        return await item.Result;
    }

    public Task RunAsync(Func<ValueTask> work) => RunAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>To be called from within: this piece of work is the last.</summary>
    public void Close()
    {
        _closed = true;
        _queue.Writer.TryComplete();
    }

    private async Task ReadAsync()
    {
        await foreach (var item in _queue.Reader.ReadAllAsync())
        {
            if (_closed) item.Refuse();
            else await item.RunAsync();
        }
    }

    private abstract class Work
    {
        public abstract Task RunAsync();

        public abstract void Refuse();
    }

    private sealed class Work<T>(Func<ValueTask<T>> work) : Work
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Result => _result.Task;

        public override async Task RunAsync()
        {
            try
            {
                _result.SetResult(await work());
            }
            catch (Exception error)
            {
                // It belongs to whoever asked; the meeting goes on with the next.
                _result.SetException(error);
            }
        }

        public override void Refuse() => _result.SetException(new MeetingClosedException());
    }
}
