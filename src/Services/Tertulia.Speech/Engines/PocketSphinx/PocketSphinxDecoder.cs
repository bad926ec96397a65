using System.Runtime.InteropServices;
using System.Text;
using static Tertulia.Speech.Engines.PocketSphinx.LibPocketSphinx;

namespace Tertulia.Speech.Engines.PocketSphinx;

/// <summary>One decoder with its search state: one utterance at a time, one thread at a time. Takes 0.6 s to make.</summary>
internal sealed unsafe class PocketSphinxDecoder : IDisposable
{
    // States that the search keeps for a frame. Half the work of the usual 30,000, and not one word more is wrong in a hundred.
    private const string MostStates = "3000";

    private static readonly TimeSpan FrameDuration = TimeSpan.FromMilliseconds(10);

    private readonly nint _configuration;
    private nint _decoder;

    /// <exception cref="InvalidOperationException">The model cannot be read.</exception>
    public PocketSphinxDecoder(SphinxModel model)
    {
        string[] arguments =
        [
            "tertulia", "-hmm", model.Acoustic, "-lm", model.Language, "-dict", model.Dictionary, "-maxhmmpf", MostStates, "-logfn", "/dev/null",
        ];
        var texts = arguments.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        try
        {
            fixed (nint* array = texts) _configuration = cmd_ln_parse_r(0, ps_args(), texts.Length, (byte**)array, strict: 1);
        }
        finally
        {
            foreach (var text in texts) Marshal.FreeCoTaskMem(text);
        }

        _decoder = _configuration == 0 ? 0 : ps_init(_configuration);
        if (_decoder == 0) throw new InvalidOperationException($"PocketSphinx cannot read its model at {model.Acoustic}.");
    }

    public void Start() => _ = ps_start_utt(_decoder);

    public void Process(ReadOnlySpan<short> samples)
    {
        fixed (short* data = samples) _ = ps_process_raw(_decoder, data, (nuint)samples.Length, noSearch: 0, wholeUtterance: 0);
    }

    /// <summary>The best guess so far; empty where there is none.</summary>
    public string Hypothesis()
    {
        int score;
        return Text(ps_get_hyp(_decoder, &score));
    }

    /// <summary>Ends the utterance: its words with their posterior probabilities.</summary>
    public List<RecognizedWord> Finish()
    {
        _ = ps_end_utt(_decoder);
        var words = new List<RecognizedWord>();
        var logMath = ps_get_logmath(_decoder);
        int? beginning = null; // frames are counted over all utterances of a decoder
        for (var segment = ps_seg_iter(_decoder); segment != 0; segment = ps_seg_next(segment))
        {
            int first, last, unused;
            ps_seg_frames(segment, &first, &last);
            beginning ??= first;
            first -= beginning.Value;
            last -= beginning.Value;
            var probability = logmath_exp(logMath, ps_seg_prob(segment, &unused, &unused, &unused));
            var word = Spelling(Text(ps_seg_word(segment)));
            if (word.Length > 0) words.Add(new(word, first * FrameDuration, (last + 1) * FrameDuration, Math.Clamp(probability, 0, 1)));
        }

        return words;
    }

    public void Dispose()
    {
        if (_decoder == 0) return;
        _ = ps_free(_decoder);
        _ = cmd_ln_free_r(_configuration);
        _decoder = 0;
    }

    /// <summary>Without the number of the pronunciation, as in <c>will(2)</c>; nothing for silence and noise, as in <c>&lt;sil&gt;</c>.</summary>
    private static string Spelling(string word)
    {
        if (word.Length == 0 || word[0] is '<' or '[' or '+') return string.Empty;
        var variant = word.IndexOf('(', StringComparison.Ordinal);
        return variant > 0 ? word[..variant] : word;
    }

    private static string Text(byte* text) =>
        text is null ? string.Empty : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
