using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tertulia.Tls.OpenSsl;

/// <summary>What OpenSSL does with keys of the group (provider-keymgmt(7)): makes them, takes the peer's share in, gives one's own out.</summary>
internal static unsafe class HybridKeyManagement
{
    /// <summary>Category 3 of NIST, as AES-192.</summary>
    public const int SecurityBits = 192;

    private const int SelectPrivate = 1;
    private const int SelectPublic = 2;
    private const int SelectPair = SelectPrivate | SelectPublic;

    private static readonly byte* s_bits = NativeTable.Text("bits");
    private static readonly byte* s_securityBits = NativeTable.Text("security-bits");
    private static readonly byte* s_maxSize = NativeTable.Text("max-size");
    private static readonly byte* s_encodedKey = NativeTable.Text("encoded-pub-key");
    private static readonly Parameter* s_gettable = NativeTable.Parameters(
        ("bits", Parameter.Integer), ("security-bits", Parameter.Integer), ("max-size", Parameter.Integer), ("encoded-pub-key", Parameter.OctetString));
    private static readonly Parameter* s_settable = NativeTable.Parameters(("encoded-pub-key", Parameter.OctetString));
    private static readonly Parameter* s_generatorSettable = NativeTable.Parameters(("group", Parameter.Utf8String));

    public static Dispatch* Functions() => NativeTable.Of(
        (1, (nint)(delegate* unmanaged[Cdecl]<nint, HybridKey*>)&New),
        (2, (nint)(delegate* unmanaged[Cdecl]<nint, int, Parameter*, int*>)&BeginGeneration),
        (4, (nint)(delegate* unmanaged[Cdecl]<int*, Parameter*, int>)&SetGeneratorParameters),
        (5, (nint)(delegate* unmanaged[Cdecl]<int*, nint, Parameter*>)&GeneratorSettable),
        (6, (nint)(delegate* unmanaged[Cdecl]<int*, nint, nint, HybridKey*>)&Generate),
        (7, (nint)(delegate* unmanaged[Cdecl]<int*, void>)&EndGeneration),
        (10, (nint)(delegate* unmanaged[Cdecl]<HybridKey*, void>)&Free),
        (11, (nint)(delegate* unmanaged[Cdecl]<HybridKey*, Parameter*, int>)&GetParameters),
        (12, (nint)(delegate* unmanaged[Cdecl]<nint, Parameter*>)&Gettable),
        (13, (nint)(delegate* unmanaged[Cdecl]<HybridKey*, Parameter*, int>)&SetParameters),
        (14, (nint)(delegate* unmanaged[Cdecl]<nint, Parameter*>)&Settable),
        (21, (nint)(delegate* unmanaged[Cdecl]<HybridKey*, int, int>)&Has),
        (23, (nint)(delegate* unmanaged[Cdecl]<HybridKey*, HybridKey*, int, int>)&Match));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static HybridKey* New(nint provider) => HybridKey.Allocate();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(HybridKey* key) => HybridKey.Free(key);

    // What is generated, all that has to be remembered: a pair, or an empty key with the group's parameters for the peer's share.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int* BeginGeneration(nint provider, int selection, Parameter* parameters)
    {
        var wanted = (int*)NativeMemory.AllocZeroed(sizeof(int));
        *wanted = selection;
        return wanted;
    }

    // The group is named, but there is only one.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SetGeneratorParameters(int* selection, Parameter* parameters) => 1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Parameter* GeneratorSettable(int* selection, nint provider) => s_generatorSettable;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static HybridKey* Generate(int* selection, nint progress, nint argument)
    {
        var key = HybridKey.Allocate();
        if ((*selection & SelectPair) == 0 || key->TryGenerate()) return key;
        HybridKey.Free(key);
        return null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EndGeneration(int* selection) => NativeMemory.Free(selection);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetParameters(HybridKey* key, Parameter* parameters)
    {
        if (LibCrypto.Locate(parameters, s_bits) is var bits && bits != null && LibCrypto.SetInteger(bits, SecurityBits) != 1) return 0;
        if (LibCrypto.Locate(parameters, s_securityBits) is var security && security != null && LibCrypto.SetInteger(security, SecurityBits) != 1) return 0;
        if (LibCrypto.Locate(parameters, s_maxSize) is var size && size != null && LibCrypto.SetInteger(size, HybridKey.ServerShareBytes) != 1) return 0;
        if (LibCrypto.Locate(parameters, s_encodedKey) is var share && share != null)
        {
            if (!key->HasPublic) return 0;
            fixed (byte* octets = key->ClientShare) return LibCrypto.SetOctets(share, octets, HybridKey.ClientShareBytes);
        }

        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Parameter* Gettable(nint provider) => s_gettable;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SetParameters(HybridKey* key, Parameter* parameters)
    {
        var share = LibCrypto.Locate(parameters, s_encodedKey);
        if (share == null) return 1;
        if (share->Type != Parameter.OctetString || share->Data == null || share->Size > int.MaxValue) return 0;
        return key->TryImport(new(share->Data, (int)share->Size)) ? 1 : 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Parameter* Settable(nint provider) => s_settable;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Has(HybridKey* key, int selection)
    {
        if (key == null) return 0;
        var missing = ((selection & SelectPublic) != 0 && !key->HasPublic) || ((selection & SelectPrivate) != 0 && !key->HasPrivate);
        return missing ? 0 : 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Match(HybridKey* one, HybridKey* other, int selection) =>
        (selection & SelectPair) == 0 || (one->HasPublic && other->HasPublic && one->SequenceEqual(ref *other)) ? 1 : 0;
}
