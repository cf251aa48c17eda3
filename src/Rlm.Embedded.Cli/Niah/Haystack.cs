using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Rlm.Embedded.Cli.Niah;

/// <summary>
/// Lines of noise with one needle, after the recipe of rlm-minimal: 3 to 8 words drawn from a few words a line, about 38.5
/// characters, and "The magic number is N" on one line between 40% and 60%. The same seed makes the same text.
/// </summary>
internal sealed class Haystack
{
    public const int MostLines = 20_000_000;

    private const int LeastWords = 3;
    private const int MostWords = 8;
    private const int Stride = 16;
    private const int LinesWorthAThread = 50_000;
    private const int MostParts = 8;

    private static readonly string[] s_words = ["barn", "straw", "stalk", "field", "meadow", "haystack", "threshing"];

    /// <summary>Each word and the space behind it, padded to what one vector store writes.</summary>
    private static readonly char[] s_table = Table();

    private static readonly int[] s_lengths = [.. s_words.Select(word => word.Length + 1)];

    private readonly ulong _seed;
    private readonly string _needleLine;

    private Haystack(int lines, ulong seed)
    {
        _seed = seed;
        Lines = lines;
        ulong random = Mix(seed ^ 0x6E6565646C65);
        Needle = 1_000_000 + (int)Draw(ref random, 9_000_000);
        int from = (int)(lines * 0.4);
        NeedleLine = from + (int)Draw(ref random, (ulong)Math.Max((int)(lines * 0.6) - from, 1));
        _needleLine = $"The magic number is {Needle}";
        Text = Write();
    }

    public string Text { get; }

    public int Lines { get; }

    /// <summary>The number that is hidden, seven digits.</summary>
    public int Needle { get; }

    /// <summary>The line it is on, from 0.</summary>
    public int NeedleLine { get; }

    public static Haystack Generate(int lines, long seed) => new(lines, (ulong)seed);

    private static char[] Table()
    {
        char[] table = new char[s_words.Length * Stride];
        for (int i = 0; i < s_words.Length; i++)
        {
            string word = s_words[i] + " ";
            word.CopyTo(table.AsSpan(i * Stride));
        }

        return table;
    }

    /// <summary>Several numbers out of one: the draws of a line are independent of all other lines'.</summary>
    private static ulong Draw(ref ulong random, ulong below) => Math.BigMul(random, below, out random);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Runs a piece of work for each part of the lines, the parts side by side.</summary>
    private static void ForEachPart(int parts, Action<int> work)
    {
        Thread[] threads = new Thread[parts - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            int part = i + 1;
            threads[i] = new Thread(() => work(part)) { IsBackground = true };
            threads[i].Start();
        }

        work(0);
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
    }

    private unsafe string Write()
    {
        int parts = Lines < LinesWorthAThread ? 1 : Math.Clamp(Environment.ProcessorCount, 1, MostParts);
        int[] starts = new int[parts + 1];
        ForEachPart(parts, part => starts[part + 1] = Measure(FirstLine(part, parts), FirstLine(part + 1, parts)));
        for (int part = 0; part < parts; part++)
        {
            starts[part + 1] = checked(starts[part] + starts[part + 1]);
        }

        // The last line has no line feed.
        return string.Create(starts[parts] - 1, (this, starts), static (text, state) =>
        {
            (Haystack self, int[] starts) = state;
            int parts = starts.Length - 1;
            fixed (char* start = text)
            {
                nint address = (nint)start;
                ForEachPart(parts, part =>
                {
                    int end = part == parts - 1 ? starts[parts] - 1 : starts[part + 1];
                    self.Fill(new Span<char>((char*)address + starts[part], end - starts[part]), self.FirstLine(part, parts), self.FirstLine(part + 1, parts));
                });
            }
        });
    }

    private int FirstLine(int part, int parts) => (int)((long)Lines * part / parts);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Measure(int from, int to)
    {
        ReadOnlySpan<int> lengths = s_lengths;
        int length = 0;
        for (int line = from; line < to; line++)
        {
            if (line == NeedleLine)
            {
                length += _needleLine.Length + 1;
                continue;
            }

            ulong random = Mix(_seed + (ulong)line);
            for (int words = LeastWords + (int)Draw(ref random, MostWords - LeastWords + 1); words > 0; words--)
            {
                length += lengths[(int)Draw(ref random, 7)];
            }
        }

        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(Span<char> text, int from, int to)
    {
        ref ushort table = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<char, ushort>(s_table.AsSpan()));
        ref ushort target = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<char, ushort>(text));
        ReadOnlySpan<int> lengths = s_lengths;
        int at = 0;
        for (int line = from; line < to; line++)
        {
            if (line == NeedleLine)
            {
                _needleLine.CopyTo(text[at..]);
                at += _needleLine.Length + 1;
            }
            else
            {
                // A store of whole vectors writes past a word: near the end that would be past this part.
                bool roomy = text.Length - at >= (MostWords + 1) * Stride;
                ulong random = Mix(_seed + (ulong)line);
                for (int words = LeastWords + (int)Draw(ref random, MostWords - LeastWords + 1); words > 0; words--)
                {
                    int word = (int)Draw(ref random, 7);
                    int length = lengths[word];
                    if (roomy)
                    {
                        Vector256.LoadUnsafe(ref table, (nuint)(word * Stride)).StoreUnsafe(ref target, (nuint)at);
                    }
                    else
                    {
                        s_table.AsSpan(word * Stride, Math.Min(length, text.Length - at)).CopyTo(text[at..]);
                    }

                    at += length;
                }
            }

            if (at <= text.Length)
            {
                text[at - 1] = '\n';
            }
        }
    }
}
