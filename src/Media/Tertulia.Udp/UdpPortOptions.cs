using System.Net;

namespace Tertulia.Udp;

public sealed record UdpPortOptions
{
    /// <summary>Null: every address of the host, IPv4 and IPv6 by one socket.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Lets several sockets of this process have the port; the kernel keeps each sender at one of them. Linux only: elsewhere the second one
    /// finds the port busy.
    /// </summary>
    public bool Shared { get; init; }

    /// <summary>Bytes asked of the kernel for each direction; it may grant less.</summary>
    public int BufferSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Send runs of equal size to one destination as one UDP_SEGMENT call, where the system can.</summary>
    public bool Segmentation { get; init; } = true;

    /// <summary>
    /// Take runs from one sender as one read (UDP_GRO), where the system can; the batch then needs slots of
    /// <see cref="ReceiveBatch.CoalescedSlotSize"/>.
    /// </summary>
    public bool Coalescing { get; init; }
}
