using System.Runtime.InteropServices;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>The part of PocketSphinx (5prealpha, as distributions package it) that recognising speech needs.</summary>
internal static unsafe partial class LibPocketSphinx
{
    private const string PocketSphinx = "libpocketsphinx.so.3";
    private const string SphinxBase = "libsphinxbase.so.3";

    [LibraryImport(SphinxBase)]
    public static partial nint cmd_ln_parse_r(nint previous, nint definitions, int count, byte** arguments, int strict);

    [LibraryImport(SphinxBase)]
    public static partial int cmd_ln_free_r(nint configuration);

    [LibraryImport(SphinxBase)]
    public static partial double logmath_exp(nint logMath, int value);

    [LibraryImport(PocketSphinx)]
    public static partial nint ps_args();

    [LibraryImport(PocketSphinx)]
    public static partial nint ps_init(nint configuration);

    [LibraryImport(PocketSphinx)]
    public static partial int ps_free(nint decoder);

    [LibraryImport(PocketSphinx)]
    public static partial int ps_start_utt(nint decoder);

    [LibraryImport(PocketSphinx)]
    public static partial int ps_process_raw(nint decoder, short* samples, nuint count, int noSearch, int wholeUtterance);

    [LibraryImport(PocketSphinx)]
    public static partial int ps_end_utt(nint decoder);

    [LibraryImport(PocketSphinx)]
    public static partial byte* ps_get_hyp(nint decoder, int* score);

    [LibraryImport(PocketSphinx)]
    public static partial nint ps_get_logmath(nint decoder);

    [LibraryImport(PocketSphinx)]
    public static partial nint ps_seg_iter(nint decoder);

    [LibraryImport(PocketSphinx)]
    public static partial nint ps_seg_next(nint segment);

    [LibraryImport(PocketSphinx)]
    public static partial byte* ps_seg_word(nint segment);

    [LibraryImport(PocketSphinx)]
    public static partial void ps_seg_frames(nint segment, int* first, int* last);

    [LibraryImport(PocketSphinx)]
    public static partial int ps_seg_prob(nint segment, int* acoustic, int* language, int* backOff);

    public static bool IsAvailable() =>
        NativeLibrary.TryLoad(SphinxBase, typeof(LibPocketSphinx).Assembly, null, out _)
        && NativeLibrary.TryLoad(PocketSphinx, typeof(LibPocketSphinx).Assembly, null, out _);
}
