using System.Globalization;
using System.Text;

namespace Rlm.Embedded.View;

/// <summary>Makes a stranger's text one that does nothing to a terminal, and one that fits on it.</summary>
internal static class ShownText
{
    private const int HeadLines = 30;
    private const int TailLines = 10;
    private const int LineCharacters = 2_000;
    private const int TabWidth = 4;

    /// <summary>
    /// The text with line ends of one kind, tabs as spaces, and everything visible that a terminal would obey or hide: control codes, and the
    /// marks that turn or hide text (Unicode's categories Cc, Cf, Cs, Zl, Zp).
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                clean.Append('\uFFFD');
            }
            else if (rune.Value == '\r' && rest.Length > 1 && rest[1] == '\n')
            {
                // The line feed stands for both.
            }
            else
            {
                Append(clean, rune);
            }

            rest = rest[length..];
        }

        return clean.ToString();
    }

    /// <summary>The lines of a text, cleaned; the middle of many and the end of a long one are counted instead. None for a blank text.</summary>
    public static IReadOnlyList<string> Lines(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        var lines = text.TrimEnd().Split('\n');
        return lines.Length <= HeadLines + TailLines + 1
            ? [.. lines.Select(Line)]
            : [.. lines.Take(HeadLines).Select(Line), $"[{lines.Length - HeadLines - TailLines:N0} lines left out]", .. lines.TakeLast(TailLines).Select(Line)];
    }

    /// <summary>The first line with something on it, cleaned and cut.</summary>
    public static string FirstLine(string text, int most)
    {
        var start = text.AsSpan().TrimStart();
        var end = start.IndexOfAny('\r', '\n');
        var line = Clean((end < 0 ? start : start[..end])[..Math.Min(most, end < 0 ? start.Length : end)].ToString());
        return end >= 0 || start.Length > most ? line + "..." : line;
    }

    private static string Line(string line) => line.Length > LineCharacters ? $"{Clean(line[..LineCharacters])}[{line.Length - LineCharacters:N0} characters left out]" : Clean(line.TrimEnd('\r'));

    private static void Append(StringBuilder clean, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                clean.Append('\n');
                break;
            case '\t':
                clean.Append(' ', TabWidth);
                break;
            case < ' ':
                clean.Append((char)('\u2400' + rune.Value));
                break;
            case '\u200D' or '\u200C':
                clean.Append(rune); // joins the parts of an emoji, and letters
                break;
            default:
                clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    ? "\uFFFD"
                    : rune.ToString());
                break;
        }
    }
}
