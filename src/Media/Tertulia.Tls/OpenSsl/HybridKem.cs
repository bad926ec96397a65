using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tertulia.Tls.OpenSsl;

/// <summary>The group's key encapsulation (provider-kem(7)): the server encapsulates to the client's share, the client decapsulates.</summary>
internal static unsafe class HybridKem
{
    public static Dispatch* Functions() => NativeTable.Of(
        (1, (nint)(delegate* unmanaged[Cdecl]<nint, HybridKey**>)&NewContext),
        (2, (nint)(delegate* unmanaged[Cdecl]<HybridKey**, HybridKey*, Parameter*, int>)&SetKey),
        (3, (nint)(delegate* unmanaged[Cdecl]<HybridKey**, byte*, nuint*, byte*, nuint*, int>)&Encapsulate),
        (4, (nint)(delegate* unmanaged[Cdecl]<HybridKey**, HybridKey*, Parameter*, int>)&SetKey),
        (5, (nint)(delegate* unmanaged[Cdecl]<HybridKey**, byte*, nuint*, byte*, nuint, int>)&Decapsulate),
        (6, (nint)(delegate* unmanaged[Cdecl]<HybridKey**, void>)&FreeContext),
        (7, (nint)(delegate* unmanaged[Cdecl]<HybridKey**, HybridKey**>)&CopyContext));

    // A context is a place for the address of the key, which its own context in OpenSSL keeps alive.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static HybridKey** NewContext(nint provider) => (HybridKey**)NativeMemory.AllocZeroed((nuint)sizeof(nint));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FreeContext(HybridKey** context) => NativeMemory.Free(context);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static HybridKey** CopyContext(HybridKey** context)
    {
        var copy = (HybridKey**)NativeMemory.AllocZeroed((nuint)sizeof(nint));
        *copy = *context;
        return copy;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SetKey(HybridKey** context, HybridKey* key, Parameter* parameters)
    {
        *context = key;
        return key == null ? 0 : 1;
    }

    // Without an output OpenSSL asks for the lengths.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Encapsulate(HybridKey** context, byte* share, nuint* shareLength, byte* secret, nuint* secretLength)
    {
        if (share != null)
        {
            if (*context == null || !(*context)->HasPublic || (shareLength != null && *shareLength < HybridKey.ServerShareBytes)) return 0;
            if (secret == null || (secretLength != null && *secretLength < HybridKey.SecretBytes)) return 0;
            if (!(*context)->TryEncapsulate(new(share, HybridKey.ServerShareBytes), new(secret, HybridKey.SecretBytes))) return 0;
        }

        if (shareLength != null) *shareLength = HybridKey.ServerShareBytes;
        if (secretLength != null) *secretLength = HybridKey.SecretBytes;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Decapsulate(HybridKey** context, byte* secret, nuint* secretLength, byte* share, nuint shareLength)
    {
        if (secret != null)
        {
            if (*context == null || !(*context)->HasPrivate || shareLength != HybridKey.ServerShareBytes) return 0;
            if (secretLength != null && *secretLength < HybridKey.SecretBytes) return 0;
            if (!(*context)->TryDecapsulate(new(share, HybridKey.ServerShareBytes), new(secret, HybridKey.SecretBytes))) return 0;
        }

        if (secretLength != null) *secretLength = HybridKey.SecretBytes;
        return 1;
    }
}
