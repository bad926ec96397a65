using System.Runtime.InteropServices;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>
/// Sends a <see cref="DatagramBatch"/> by sendmmsg, each message a whole run of equal datagrams where the kernel can segment.
/// </summary>
internal sealed unsafe class SendVector : IDisposable
{
    private const int MaxMessages = 256;

    // How long a full socket buffer may hold up a flush before the rest is dropped: real time does not wait.
    private static readonly TimeSpan MaxBlocked = TimeSpan.FromMilliseconds(2);

    private readonly Func<TransportAddress, FileDescriptor?> _socketFor;
    private readonly bool _inet6;
    private readonly UdpPortStatistics _statistics;
    private readonly SegmentRuns _runs;
    private readonly MultiMessageHeader* _headers;
    private readonly SocketAddressStorage* _names;
    private readonly byte* _controls;
    private IoVector* _vectors;
    private int _vectorCapacity;

    /// <param name="socketFor">The socket for a local address; null if there is none any more.</param>
    /// <param name="inet6">Of all these sockets.</param>
    /// <param name="segmentation">The kernel knows UDP_SEGMENT.</param>
    /// <param name="statistics">Where to count.</param>
    public SendVector(Func<TransportAddress, FileDescriptor?> socketFor, bool inet6, bool segmentation, UdpPortStatistics statistics)
    {
        _socketFor = socketFor;
        _inet6 = inet6;
        _statistics = statistics;
        _runs = new(segmentation ? SegmentRuns.DefaultMaxSegments : 1);
        _headers = (MultiMessageHeader*)NativeMemory.AllocZeroed(MaxMessages, (nuint)sizeof(MultiMessageHeader));
        _names = (SocketAddressStorage*)NativeMemory.AllocZeroed(MaxMessages, (nuint)sizeof(SocketAddressStorage));
        _controls = (byte*)NativeMemory.AllocZeroed(MaxMessages, ControlMessages.BufferSize);
    }

    public void Send(DatagramBatch batch)
    {
        if (batch.Count == 0) return;
        _runs.Build(batch);
        if (_vectorCapacity < batch.Capacity)
        {
            NativeMemory.Free(_vectors);
            _vectors = (IoVector*)NativeMemory.Alloc((nuint)batch.Capacity, (nuint)sizeof(IoVector));
            _vectorCapacity = batch.Capacity;
        }

        for (var first = 0; first < _runs.Count;)
        {
            var socket = SocketOf(batch, first);
            var count = 1;
            while (count < MaxMessages && first + count < _runs.Count && SocketOf(batch, first + count) == socket) count++;
            if (socket is not null) SendRuns(socket, batch, first, count);
            else CountAll(UdpSendError.Unreachable, first, first + count);
            first += count;
        }

        batch.Clear();
    }

    public void Dispose()
    {
        NativeMemory.Free(_headers);
        NativeMemory.Free(_names);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_vectors);
        _vectors = null;
    }

    private FileDescriptor? SocketOf(DatagramBatch batch, int run) => _socketFor(batch[_runs[run].First].Path.Local);

    private void CountAll(UdpSendError error, int firstRun, int endRun)
    {
        for (var i = firstRun; i < endRun; i++) _statistics.CountSendError(error, _runs[i].Segments);
    }

    private void SendRuns(FileDescriptor socket, DatagramBatch batch, int firstRun, int count)
    {
        var vector = _vectors;
        for (var i = 0; i < count; i++)
        {
            ref readonly var run = ref _runs[firstRun + i];
            var path = batch[run.First].Path;
            var vectors = AddVectors(batch, run, vector);
            Prepare(i, path, run.Segments > 1 ? run.SegmentSize : 0, vector, vectors);
            vector += vectors;
        }

        for (var done = 0; done < count;)
        {
            var sent = SendMMsg(socket, _headers + done, (uint)(count - done), MsgDontWait);
            if (sent > 0)
            {
                for (var end = done + sent; done < end; done++) CountSent(_runs[firstRun + done]);
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Eintr) continue;
            if (error == Eagain)
            {
                if (WaitForSpace(socket)) continue;
                CountAll(UdpSendError.WouldBlock, firstRun + done, firstRun + count);
                return;
            }

            // Only the first one failed; the others still have their chance.
            HandleRefusal(socket, batch, _runs[firstRun + done], error);
            done++;
        }
    }

    // EIO: the device cannot compute checksums for segments; EINVAL, EMSGSIZE: a segment does not fit the path's MTU
    // (udp(7), udp_send_skb of the kernel). As single datagrams they can be fragmented, or at least fail singly.
    private void HandleRefusal(FileDescriptor socket, DatagramBatch batch, in SegmentRuns.Run run, int error)
    {
        if (run.Segments == 1 || error is not (Eio or Einval or Emsgsize))
        {
            _statistics.CountSendError(Classify(error), run.Segments);
            return;
        }

        _statistics.SegmentationRefusals++;
        var header = stackalloc MultiMessageHeader[1];
        var name = stackalloc SocketAddressStorage[1];
        var control = stackalloc byte[ControlMessages.BufferSize];
        var vector = stackalloc IoVector[1];
        for (var entry = run.First; entry >= 0; entry = _runs.Next(entry))
        {
            ref readonly var datagram = ref batch[entry];
            *vector = new() { Base = Pointer(batch, datagram.Offset), Length = (nuint)datagram.Length };
            *header = Header(datagram.Path, 0, vector, 1, name, control);
            if (SendMMsg(socket, header, 1, MsgDontWait) == 1)
            {
                _statistics.SentDatagrams++;
                _statistics.SentBytes += datagram.Length;
            }
            else _statistics.CountSendError(Classify(Marshal.GetLastPInvokeError()), 1);
        }
    }

    private int AddVectors(DatagramBatch batch, in SegmentRuns.Run run, IoVector* first)
    {
        var last = first - 1;
        for (var entry = run.First; entry >= 0; entry = _runs.Next(entry))
        {
            ref readonly var datagram = ref batch[entry];
            var start = Pointer(batch, datagram.Offset);
            if (last >= first && last->Base + last->Length == start) last->Length += (nuint)datagram.Length; // neighbours
            else *++last = new() { Base = start, Length = (nuint)datagram.Length };
        }

        return (int)(last - first) + 1;
    }

    private void Prepare(int index, in NetworkPath path, int segmentSize, IoVector* vectors, int vectorCount) =>
        _headers[index] = Header(
            path, segmentSize, vectors, vectorCount, _names + index, _controls + index * ControlMessages.BufferSize);

    private MultiMessageHeader Header(
        in NetworkPath path, int segmentSize, IoVector* vectors, int vectorCount, SocketAddressStorage* name, byte* control)
    {
        var controlLength = ControlMessages.Write(control, path.Local, _inet6, segmentSize);
        return new()
        {
            Header = new()
            {
                Name = name,
                NameLength = SocketAddresses.Write(path.Remote, _inet6, name),
                Vectors = vectors,
                VectorCount = (nuint)vectorCount,
                Control = controlLength > 0 ? control : null,
                ControlLength = (nuint)controlLength,
            },
        };
    }

    private static bool WaitForSpace(FileDescriptor socket)
    {
        var descriptor = new PollDescriptor { File = socket.Value, Events = PollOut };
        var timeout = new TimeSpec { Nanoseconds = (nint)(MaxBlocked.Ticks * TimeSpan.NanosecondsPerTick) };
        return PPoll(&descriptor, 1, &timeout, null) > 0;
    }

    private void CountSent(in SegmentRuns.Run run)
    {
        _statistics.SentDatagrams += run.Segments;
        _statistics.SentBytes += run.Bytes;
        if (run.Segments > 1) _statistics.SegmentedRuns++;
    }

    private static byte* Pointer(DatagramBatch batch, int offset) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(batch.Buffer, offset);

    private static UdpSendError Classify(int error) => error switch
    {
        Eagain => UdpSendError.WouldBlock,
        Enobufs or Enomem => UdpSendError.NoBuffers,
        Econnrefused => UdpSendError.Refused,
        Enetunreach or Ehostunreach or Enetdown or Ehostdown or Eaddrnotavail or Eperm => UdpSendError.Unreachable,
        Emsgsize => UdpSendError.TooLong,
        _ => UdpSendError.Other,
    };
}
