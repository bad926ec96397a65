using System.IO.Pipelines;
using Tertulia.Tls.Wire;

namespace Tertulia.Server.Transport;

/// <summary>A connection's pipes, whose outgoing bytes a reader sees until it has what it wants.</summary>
internal sealed class ObservedPipe(IDuplexPipe inner, ServerHelloReader reader) : IDuplexPipe
{
    public PipeReader Input => inner.Input;

    public PipeWriter Output { get; } = new Writer(inner.Output, reader);

    private sealed class Writer(PipeWriter inner, ServerHelloReader reader) : PipeWriter
    {
        private Memory<byte> _lent;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => reader.IsDone ? inner.GetMemory(sizeHint) : _lent = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => reader.IsDone ? inner.GetSpan(sizeHint) : GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (!reader.IsDone) reader.Feed(_lent.Span[..bytes]);
            if (reader.IsDone) _lent = default;
            inner.Advance(bytes);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            if (!reader.IsDone) reader.Feed(source.Span);
            return inner.WriteAsync(source, cancellationToken);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
