using FsCheck;
using FsCheck.Fluent;

namespace Rlm.Embedded.Tests;

/// <summary>Texts of every kind a .NET string can hold: NUL, CRLF, Latin-1, wide and astral characters, lone surrogates.</summary>
public static class AnyText
{
    private static readonly Gen<string> s_piece = Gen.Frequency(
        (6, Gen.Choose(32, 126).Select(code => ((char)code).ToString())),
        (2, Gen.Elements("\0", "\r\n", "\n", "\r", "\t", "\u0085", "\u2028", "\uFEFF", "\uFFFF", "\u007f", "\u0080")),
        (2, Gen.Choose(0x80, 0xFF).Select(code => ((char)code).ToString())),
        (2, Gen.Choose(0x100, 0xD7FF).Select(code => ((char)code).ToString())),
        (2, Gen.Choose(0xD800, 0xDFFF).Select(code => ((char)code).ToString())),
        (2, Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32)));

    public static Arbitrary<string> Strings() => s_piece.ListOf().Select(string.Concat).ToArbitrary();

    /// <summary>The code points as Python counts them: a pair is one, a lone surrogate is one.</summary>
    public static IReadOnlyList<int> CodePoints(string text)
    {
        List<int> points = [];
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            points.Add(pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i]);
            i += pair ? 1 : 0;
        }

        return points;
    }
}
