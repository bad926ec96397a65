namespace Tertulia.Control.Meetings;

/// <summary>Work that a meeting does later, in its mailbox like all else.</summary>
internal sealed class MeetingTimers(TimeProvider time, MeetingMailbox mailbox, Action<Exception> onError)
{
    /// <summary>Disposing it before its time cancels the work, even when it already waits in the mailbox.</summary>
    public IDisposable After(TimeSpan delay, Func<ValueTask> work) => new Pending(this, delay, work);

    private sealed class Pending : IDisposable
    {
        private readonly MeetingTimers _timers;
        private readonly Func<ValueTask> _work;
        private readonly ITimer _timer;
        private bool _done;

        public Pending(MeetingTimers timers, TimeSpan delay, Func<ValueTask> work)
        {
            _timers = timers;
            _work = work;
            _timer = timers.Time.CreateTimer(static state => _ = ((Pending)state!).FireAsync(), this, delay, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _done = true;
            _timer.Dispose();
        }

        private async Task FireAsync()
        {
            try
            {
                await _timers.Mailbox.RunAsync(RunAsync);
            }
            catch (MeetingClosedException)
            {
            }
            catch (Exception error)
            {
                _timers.OnError(error);
            }
        }

        private ValueTask RunAsync()
        {
            if (_done) return ValueTask.CompletedTask;
            Dispose();
            return _work();
        }
    }

    private TimeProvider Time => time;

    private MeetingMailbox Mailbox => mailbox;

    private Action<Exception> OnError => onError;
}
