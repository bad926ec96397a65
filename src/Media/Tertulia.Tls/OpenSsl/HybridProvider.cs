using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tertulia.Tls.OpenSsl;

/// <summary>
/// An OpenSSL provider inside this process that adds one TLS group, X25519MLKEM768, with the key management and the key encapsulation that
/// belong to it (provider(7), provider-keymgmt(7), provider-kem(7)). It is never unloaded, and has no teardown: at the end of the process
/// OpenSSL has no managed code left to call.
/// </summary>
internal static unsafe class HybridProvider
{
    public const string GroupName = "X25519MLKEM768";

    private const int OperationKeyManagement = 10;
    private const int OperationKem = 14;

    private static readonly Algorithm* s_keyManagement = AlgorithmOf(HybridKeyManagement.Functions());
    private static readonly Algorithm* s_kem = AlgorithmOf(HybridKem.Functions());
    private static readonly Parameter* s_group = DescribeGroup();
    private static readonly Dispatch* s_functions = NativeTable.Of(
        (1027, (nint)(delegate* unmanaged[Cdecl]<nint, int, int*, Algorithm*>)&Query),
        (1030, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, delegate* unmanaged[Cdecl]<Parameter*, nint, int>, nint, int>)&GetCapabilities));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Initialize(nint core, Dispatch* fromCore, Dispatch** functions, nint* context)
    {
        *functions = s_functions;
        *context = core;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Algorithm* Query(nint context, int operation, int* noCache)
    {
        *noCache = 0;
        return operation switch
        {
            OperationKeyManagement => s_keyManagement,
            OperationKem => s_kem,
            _ => null,
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetCapabilities(nint context, byte* capability, delegate* unmanaged[Cdecl]<Parameter*, nint, int> report, nint argument)
    {
        var wanted = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(capability);
        return wanted.SequenceEqual("TLS-GROUP"u8) ? report(s_group, argument) : 1;
    }

    private static Algorithm* AlgorithmOf(Dispatch* functions)
    {
        var algorithms = NativeTable.Allocate<Algorithm>(2);
        algorithms[0] = new()
        {
            Names = NativeTable.Text(GroupName),
            Properties = NativeTable.Text("provider=tertulia"),
            Implementation = functions,
            Description = NativeTable.Text("X25519 and ML-KEM-768 together"),
        };
        return algorithms;
    }

    // Only for TLS 1.3: -1 is never, and 0 as the last version is no limit.
    private static Parameter* DescribeGroup()
    {
        var parameters = NativeTable.Allocate<Parameter>(11);
        var next = 0;
        foreach (var name in (ReadOnlySpan<string>)["tls-group-name", "tls-group-name-internal", "tls-group-alg"])
            parameters[next++] = new() { Key = NativeTable.Text(name), Type = Parameter.Utf8String, Data = NativeTable.Text(GroupName), Size = (nuint)GroupName.Length };
        foreach (var (name, number) in (ReadOnlySpan<(string, uint)>)[("tls-group-id", Wire.NamedGroups.X25519MLKEM768), ("tls-group-sec-bits", HybridKeyManagement.SecurityBits), ("tls-group-is-kem", 1)])
            parameters[next++] = new() { Key = NativeTable.Text(name), Type = Parameter.UnsignedInteger, Data = NativeTable.Number((int)number), Size = sizeof(int) };
        foreach (var (name, version) in (ReadOnlySpan<(string, int)>)[("tls-min-tls", 0x0304), ("tls-max-tls", 0), ("tls-min-dtls", -1), ("tls-max-dtls", -1)])
            parameters[next++] = new() { Key = NativeTable.Text(name), Type = Parameter.Integer, Data = NativeTable.Number(version), Size = sizeof(int) };
        return parameters;
    }
}
