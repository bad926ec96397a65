using static Tertulia.Udp.Linux.Native;

namespace Tertulia.Udp.Linux;

/// <summary>
/// A program of the classic packet filter (Documentation/networking/filter.rst of the kernel) that chooses among sockets sharing a port by
/// the sender's address. The kernel's own choice depends on how many sockets there are: a further one would be given datagrams of others until it is
/// connected, and as long as it is there senders would be at other sockets than before.
/// </summary>
internal static unsafe class SenderFilter
{
    private const ushort LoadByte = 0x30;
    private const ushort LoadHalf = 0x28;
    private const ushort LoadWord = 0x20;
    private const ushort ShiftRight = 0x74;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Jump = 0x05;
    private const ushort Keep = 0x07;          // X = A
    private const ushort XorKept = 0xac;       // A ^= X
    private const ushort Multiply = 0x24;
    private const ushort Modulo = 0x94;
    private const ushort Return = 0x16;        // A

    // Offsets from here on count from the IP header (SKF_NET_OFF).
    private const uint IpHeader = unchecked((uint)-0x100000);
    private const uint GoldenRatio = 0x9e37_79b1;

    /// <param name="socket">Any of those that share the port.</param>
    /// <param name="ports">The first so many of them, in the order in which they were bound, are chosen from.</param>
    /// <returns>False if the kernel does not let us.</returns>
    public static bool TryAttach(FileDescriptor socket, int ports)
    {
        ReadOnlySpan<Instruction> program =
        [
            new(LoadByte, IpHeader),
            new(ShiftRight, 4),
            new(JumpIfEqual, 6, Then: 4),
            new(LoadWord, IpHeader + 12),      // IPv4: source address, then source port
            new(Keep, 0),
            new(LoadHalf, IpHeader + 20),
            new(Jump, 3),
            new(LoadWord, IpHeader + 20),      // IPv6: the end of the source address, then source port
            new(Keep, 0),
            new(LoadHalf, IpHeader + 40),
            new(XorKept, 0),
            new(Multiply, GoldenRatio),
            new(ShiftRight, 16),
            new(Modulo, (uint)ports),
            new(Return, 0),
        ];
        fixed (Instruction* instructions = program)
        {
            var description = new Program { Length = (ushort)program.Length, Instructions = instructions };
            return SetSockOpt(socket, SolSocket, SoAttachReusePortFilter, &description, (uint)sizeof(Program)) == 0;
        }
    }

    /// <summary>struct sock_filter.</summary>
    private readonly record struct Instruction(ushort Code, byte Then, byte Else, uint Value)
    {
        public Instruction(ushort code, uint value, byte Then = 0)
            : this(code, Then, 0, value)
        {
        }
    }

    /// <summary>struct sock_fprog.</summary>
    private struct Program
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
