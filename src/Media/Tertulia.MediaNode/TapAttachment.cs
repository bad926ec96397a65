using Tertulia.Rtc.Net;
using Tertulia.Taps;

namespace Tertulia.MediaNode;

/// <summary>
/// A tap on a room, called on a thread of its own, so that it may wait for disks and children without holding up the room. Disposing
/// takes it off, lets it hear what was on its way, and returns when it has.
/// </summary>
public sealed class TapAttachment : IAsyncDisposable
{
    /// <summary>A 10-person meeting's queue lasts for about four seconds.</summary>
    public const int DefaultCapacity = 8 * 1024 * 1024;

    // Nobody is woken for a packet while packets come: the reader looks at the queue this often, and sleeps when it has found nothing for
    // a while.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private const int LooksBeforeSleep = 10;

    private readonly MediaRoom _room;
    private readonly IMediaTap _tap;
    private readonly TapQueue _queue;
    private readonly TapReplay _replay = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TapAttachment(MediaRoom room, IMediaTap tap, int capacity)
    {
        _room = room;
        _tap = tap;
        _queue = new TapQueue(capacity);
    }

    /// <summary>When the tap was attached, by the room's clock; <see cref="StartedAtUtc"/> is the same moment.</summary>
    public Instant StartedAt { get; private set; }

    public DateTimeOffset StartedAtUtc { get; private set; }

    /// <summary>Completes when the tap has heard the last; with its exception if it threw.</summary>
    public Task Completion => _ended.Task;

    public long Dropped(TapDropReason reason) => _queue.Dropped(reason);

    internal async ValueTask StartAsync(TapOptions options, CancellationToken cancellationToken)
    {
        await _room.InvokeAsync(
            (room, now) =>
            {
                StartedAt = now;
                StartedAtUtc = DateTimeOffset.UtcNow;
                room.AddTap(now, _queue, options);
            },
            cancellationToken).ConfigureAwait(false);
        new Thread(Run) { Name = $"tap-{_room.Id}", IsBackground = true }.Start();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _room.InvokeAsync((room, now) => room.RemoveTap(now, _queue)).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The room is closed, which closed the tap too.
        }

        await _ended.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run()
    {
        try
        {
            for (var looks = 0; ; looks++)
            {
                var isLast = _queue.IsClosed;
                while (_queue.TryPeek(out var record))
                {
                    looks = 0;
                    _replay.TryReplay(record, _tap);
                    _queue.Release(record.Length);
                }

                if (isLast) break;
                if (looks < LooksBeforeSleep) Thread.Sleep(LookInterval);
                else _queue.WaitForMore();
            }

            _tap.OnClosed(_queue.ClosedAt);
            _ended.TrySetResult();
        }
        catch (Exception fault)
        {
            _queue.CountDrop(TapDropReason.Fault);
            _ended.TrySetException(fault);
            _ = DisposeAsync().AsTask();
        }
    }
}
