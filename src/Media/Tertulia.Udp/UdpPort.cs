using System.Net;
using Tertulia.Rtc.Net;
using Tertulia.Udp.Linux;
using Tertulia.Udp.Portable;

namespace Tertulia.Udp;

/// <summary>
/// One UDP socket, used in batches by one thread: wait, receive all there is, send all there is. Only <see cref="Wake"/> and
/// <see cref="Statistics"/> may be used by other threads. Nothing is allocated per datagram.
/// </summary>
public abstract class UdpPort : IDisposable
{
    private protected UdpPort()
    {
    }

    /// <summary>What it is bound to; the address may be a wildcard.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>Counters since it was opened.</summary>
    public UdpPortStatistics Statistics { get; } = new();

    /// <exception cref="UdpPortBusyException">Somebody else has that port.</exception>
    /// <exception cref="IOException">The system refuses for another reason.</exception>
    public static UdpPort Open(UdpPortOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OperatingSystem.IsLinux() && Environment.Is64BitProcess ? new LinuxUdpPort(options) : new PortableUdpPort(options);
    }

    /// <summary>Replaces the contents of <paramref name="batch"/> by what has arrived; never waits.</summary>
    /// <returns>The number of datagrams, 0 if none was there.</returns>
    public abstract int Receive(ReceiveBatch batch);

    /// <summary>
    /// Hands all datagrams to the system and empties the batch. Datagrams of one path keep their order. What the system refuses
    /// is lost and counted.
    /// </summary>
    public abstract void Send(DatagramBatch batch);

    /// <summary>From now on <see cref="Wait"/> also ends when one of that group's sockets has something.</summary>
    public abstract void Watch(UdpPortGroup group);

    /// <summary>
    /// To be called once all <paramref name="ports"/> share the port: each sender's datagrams then come to one of them, which the sender's address
    /// alone decides, and <see cref="Wait"/> also ends when one of the sockets returned has something. Null where the system cannot do that.
    /// </summary>
    public abstract ConnectedUdpSockets? ShareBySender(int ports);

    /// <summary>Returns when something can be received, when <see cref="Wake"/> was called, or when the time is over.</summary>
    /// <param name="timeout">Zero or less returns at once; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <returns>False if only the time was over.</returns>
    public abstract bool Wait(TimeSpan timeout);

    /// <summary>Ends the current <see cref="Wait"/>, or the next one if none is going on. From any thread, also after disposal.</summary>
    public abstract void Wake();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
