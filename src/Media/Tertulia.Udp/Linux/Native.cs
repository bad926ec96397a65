using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tertulia.Udp.Linux;

/// <summary>The system calls and structures of 64-bit Linux that .NET's sockets do not reach.</summary>
internal static unsafe partial class Native
{
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int SockDgram = 2;
    public const int SockNonBlock = 0x800;
    public const int SockCloseOnExec = 0x80000;

    public const int SolSocket = 1;
    public const int SoSndBuf = 7;
    public const int SoRcvBuf = 8;
    public const int SoReusePort = 15;
    public const int SoSndBufForce = 32;
    public const int SoRcvBufForce = 33;
    public const int SoRxqOvfl = 40;
    public const int SoAttachReusePortFilter = 51;
    public const int IpProtoIp = 0;
    public const int IpPktInfo = 8;
    public const int IpProtoIpv6 = 41;
    public const int Ipv6V6Only = 26;
    public const int Ipv6RecvPktInfo = 49;
    public const int Ipv6PktInfo = 50;
    public const int SolUdp = 17;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    public const int MsgTrunc = 0x20;
    public const int MsgDontWait = 0x40;
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const int EventFdNonBlock = 0x800;
    public const int EventFdCloseOnExec = 0x80000;

    public const int Eperm = 1;
    public const int Eintr = 4;
    public const int Eio = 5;
    public const int Eagain = 11;
    public const int Enomem = 12;
    public const int Einval = 22;
    public const int Emsgsize = 90;
    public const int Eafnosupport = 97;
    public const int Eaddrinuse = 98;
    public const int Eaddrnotavail = 99;
    public const int Enetdown = 100;
    public const int Enetunreach = 101;
    public const int Enobufs = 105;
    public const int Econnrefused = 111;
    public const int Ehostdown = 112;
    public const int Ehostunreach = 113;

    public const int EpollCloseOnExec = 0x80000;
    public const int EpollControlAdd = 1;
    public const uint EpollIn = 1;

    private const string LibC = "libc";

    [LibraryImport(LibC, EntryPoint = "socket", SetLastError = true)]
    public static partial FileDescriptor Socket(int domain, int type, int protocol);

    [LibraryImport(LibC, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(FileDescriptor socket, SocketAddressStorage* address, uint length);

    [LibraryImport(LibC, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(FileDescriptor socket, SocketAddressStorage* address, uint length);

    [LibraryImport(LibC, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSockName(FileDescriptor socket, SocketAddressStorage* address, uint* length);

    [LibraryImport(LibC, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(FileDescriptor socket, int level, int name, void* value, uint length);

    [LibraryImport(LibC, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int RecvMMsg(FileDescriptor socket, MultiMessageHeader* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport(LibC, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMMsg(FileDescriptor socket, MultiMessageHeader* messages, uint count, int flags);

    [LibraryImport(LibC, EntryPoint = "eventfd", SetLastError = true)]
    public static partial FileDescriptor EventFd(uint initial, int flags);

    [LibraryImport(LibC, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(FileDescriptor file, void* buffer, nuint count);

    [LibraryImport(LibC, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(FileDescriptor file, void* buffer, nuint count);

    [LibraryImport(LibC, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int PPoll(PollDescriptor* descriptors, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport(LibC, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial FileDescriptor EpollCreate(int flags);

    [LibraryImport(LibC, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(FileDescriptor epoll, int operation, FileDescriptor file, byte* settings);

    [LibraryImport(LibC, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(FileDescriptor epoll, byte* events, int count, int milliseconds);

    [LibraryImport(LibC, EntryPoint = "close")]
    public static partial int Close(nint file);

    /// <summary>sockaddr_in6, which is also long enough for a sockaddr_in.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 28)]
    public struct SocketAddressStorage
    {
        [FieldOffset(0)]
        public ushort Family;

        /// <summary>Network order.</summary>
        [FieldOffset(2)]
        public fixed byte Port[2];

        /// <summary>Of AF_INET, network order.</summary>
        [FieldOffset(4)]
        public fixed byte IPv4[4];

        [FieldOffset(8)]
        public fixed byte IPv6[16];

        [FieldOffset(24)]
        public uint ScopeId;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public SocketAddressStorage* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MultiMessageHeader
    {
        public MessageHeader Header;

        /// <summary>Out: bytes transferred.</summary>
        public uint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    /// <summary>Of struct epoll_event, which is packed on x86-64 alone; its last 8 bytes are the caller's.</summary>
    public static readonly int EpollEventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>From now on the epoll descriptor tells when that file has something to read, or an error to tell.</summary>
    /// <param name="tag">Comes back with every event.</param>
    public static bool TryWatch(FileDescriptor epoll, FileDescriptor file, ulong tag)
    {
        var settings = stackalloc byte[16];
        new Span<byte>(settings, 16).Clear();
        *(uint*)settings = EpollIn;
        *(ulong*)(settings + EpollEventSize - sizeof(ulong)) = tag;
        return EpollControl(epoll, EpollControlAdd, file, settings) == 0;
    }

    /// <summary>The tag of an event that epoll_wait has written.</summary>
    public static ulong EpollTag(byte* events, int index) => *(ulong*)(events + (index + 1) * EpollEventSize - sizeof(ulong));

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int File;
        public short Events;
        public short Returned;
    }
}

/// <summary>Owns a file descriptor; a call in flight on another thread keeps it open until it returns.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    public int Value => (int)handle;

    protected override bool ReleaseHandle() => Native.Close(handle) == 0;
}
