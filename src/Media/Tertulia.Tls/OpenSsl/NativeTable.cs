using System.Runtime.InteropServices;
using System.Text;

namespace Tertulia.Tls.OpenSsl;

/// <summary>Tables that OpenSSL keeps pointers to for the life of the process, and that are therefore never freed.</summary>
internal static unsafe class NativeTable
{
    /// <summary>All zero; the last entry, left as it is, ends the table.</summary>
    public static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));

    public static byte* Text(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        var copy = Allocate<byte>(octets.Length + 1);
        octets.CopyTo(new Span<byte>(copy, octets.Length));
        return copy;
    }

    public static int* Number(int number)
    {
        var copy = Allocate<int>(1);
        *copy = number;
        return copy;
    }

    public static Dispatch* Of(params ReadOnlySpan<(int Function, nint Pointer)> functions)
    {
        var table = Allocate<Dispatch>(functions.Length + 1);
        for (var i = 0; i < functions.Length; i++) table[i] = new() { Function = functions[i].Function, Pointer = (void*)functions[i].Pointer };
        return table;
    }

    public static Parameter* Parameters(params ReadOnlySpan<(string Name, uint Type)> parameters)
    {
        var table = Allocate<Parameter>(parameters.Length + 1);
        for (var i = 0; i < parameters.Length; i++)
            table[i] = new() { Key = Text(parameters[i].Name), Type = parameters[i].Type, ReturnSize = Parameter.Unmodified };
        return table;
    }
}
