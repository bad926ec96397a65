using System.Runtime.InteropServices;
using Tertulia.Rtc.Net;
using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>The kernel's view of a <see cref="ReceiveBatch"/>: one message header, address and control buffer for each slot.</summary>
internal sealed unsafe class ReceiveVector : IDisposable
{
    private readonly UdpPortStatistics _statistics;
    private ReceiveBatch? _batch;
    private MultiMessageHeader* _headers;
    private SocketAddressStorage* _names;
    private IoVector* _vectors;
    private byte* _controls;

    public ReceiveVector(UdpPortStatistics statistics) => _statistics = statistics;

    /// <summary>Adds what one socket has to a batch, as far as there are slots.</summary>
    public void Receive(LinuxUdpSocket socket, ReceiveBatch batch)
    {
        if (!ReferenceEquals(batch, _batch)) Attach(batch);
        var first = batch.UsedSlots;
        var received = RecvMMsg(socket.Descriptor, _headers + first, (uint)(batch.Slots - first), MsgDontWait, null);
        if (received < 0)
        {
            if (Marshal.GetLastPInvokeError() is not (Eagain or Eintr)) _statistics.ReceiveErrors++;
            return;
        }

        batch.UsedSlots = first + received;
        for (var i = first; i < batch.UsedSlots; i++)
        {
            Take(socket, batch, i);
            Prepare(i);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_headers);
        NativeMemory.Free(_names);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_controls);
        _headers = null;
        _names = null;
        _vectors = null;
        _controls = null;
        _batch = null;
    }

    private void Take(LinuxUdpSocket socket, ReceiveBatch batch, int slot)
    {
        ref var message = ref _headers[slot];
        var length = (int)message.Length;
        var control = ControlMessages.Read(new(_controls + slot * ControlMessages.BufferSize, (int)message.Header.ControlLength), socket.LocalPort);
        if (control.DroppedByKernel is { } dropped)
        {
            _statistics.ReceiveBufferOverflows += unchecked(dropped - socket.DroppedByKernel);
            socket.DroppedByKernel = dropped;
        }

        if ((message.Header.Flags & MsgTrunc) != 0)
        {
            _statistics.Truncated++;
            return;
        }

        var path = new NetworkPath(SocketAddresses.Read(&_names[slot]), control.Local);
        var offset = slot * batch.SlotSize;
        var segment = control.SegmentSize > 0 ? control.SegmentSize : length;
        if (segment < length) _statistics.CoalescedReads++;
        _statistics.ReceivedBytes += length;
        do
        {
            var size = Math.Min(segment, length);
            if (batch.TryAdd(path, offset, size)) _statistics.ReceivedDatagrams++;
            else _statistics.Truncated++;
            offset += size;
            length -= size;
        }
        while (length > 0);
    }

    private void Attach(ReceiveBatch batch)
    {
        Dispose();
        var slots = (nuint)batch.Slots;
        _headers = (MultiMessageHeader*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(MultiMessageHeader));
        _names = (SocketAddressStorage*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(SocketAddressStorage));
        _vectors = (IoVector*)NativeMemory.AllocZeroed(slots, (nuint)sizeof(IoVector));
        _controls = (byte*)NativeMemory.AllocZeroed(slots, ControlMessages.BufferSize);
        _batch = batch;
        var buffer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(batch.Buffer, 0);
        for (var i = 0; i < batch.Slots; i++)
        {
            _vectors[i] = new() { Base = buffer + i * batch.SlotSize, Length = (nuint)batch.SlotSize };
            Prepare(i);
        }
    }

    // The kernel overwrites the lengths with what it used.
    private void Prepare(int slot)
    {
        _headers[slot].Header = new()
        {
            Name = &_names[slot],
            NameLength = (uint)sizeof(SocketAddressStorage),
            Vectors = &_vectors[slot],
            VectorCount = 1,
            Control = _controls + slot * ControlMessages.BufferSize,
            ControlLength = ControlMessages.BufferSize,
        };
    }
}
