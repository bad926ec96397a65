using System.Net;
using Tertulia.Rtc.Net;
using Tertulia.Udp.Linux;
using Tertulia.Udp.Portable;

namespace Tertulia.Udp;

/// <summary>
/// Many UDP sockets of one thread, used as one: what arrives at any of them comes in one batch, what goes out by any of them leaves as one.
/// The local port of a datagram's path names its socket. Nothing is allocated per datagram.
/// </summary>
public abstract class UdpPortGroup : IDisposable
{
    private protected UdpPortGroup()
    {
    }

    /// <summary>Of all its sockets together.</summary>
    public UdpPortStatistics Statistics { get; } = new();

    /// <param name="address">Where all of them are bound; null is every address of the host.</param>
    /// <param name="coalescing">See <see cref="UdpPortOptions.Coalescing"/>.</param>
    public static UdpPortGroup Create(IPAddress? address, bool coalescing = false) =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess ? new LinuxUdpPortGroup(address, coalescing) : new PortableUdpPortGroup(address);

    /// <summary>Opens a socket. False if the port belongs to somebody else.</summary>
    /// <exception cref="IOException">The system refuses for another reason.</exception>
    public bool TryOpen(int port)
    {
        try
        {
            Open(port);
            return true;
        }
        catch (UdpPortBusyException)
        {
            return false;
        }
    }

    /// <summary>Closes the socket of that port, if there is one.</summary>
    public abstract void Close(int port);

    /// <inheritdoc cref="UdpPort.Receive"/>
    public abstract int Receive(ReceiveBatch batch);

    /// <inheritdoc cref="UdpPort.Send"/>
    public abstract void Send(DatagramBatch batch);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    private protected abstract void Open(int port);

    private protected static UdpPortOptions Options(IPAddress? address, int port) => new() { Address = address, Port = port, BufferSize = 512 * 1024 };
}
