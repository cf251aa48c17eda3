using System.Globalization;
using Rlm.Embedded.Engine.Parsing;

namespace Rlm.Embedded.Engine;

/// <summary>
/// Whether an answer was written before the output that it pretends to rest on was there: the code of the same reply printed something the model has not seen,
/// and the answer is text. An answer that stands in what was printed was foreseen rightly and is not held up; nor is one behind code that prints only what
/// the reply itself says (<c>print("done")</c>): lines with a letter in them whose words all stand in the reply. A number is news unless its line does.
/// </summary>
internal static class InventedOutput
{
    /// <summary>Judges an answer.</summary>
    /// <param name="answer">The text of the answer.</param>
    /// <param name="printed">What the code of the reply printed.</param>
    /// <param name="reply">The reply.</param>
    public static bool Has(string answer, string printed, string reply) => HasNews(printed, reply) && !Stands(answer.Trim(), printed);

    /// <summary>True when the code states the answer itself, on a line of its own and under no condition.</summary>
    public static bool IsStated(string code, string answer)
    {
        const string Final = "FINAL(";
        var lines = new LineReader(code);
        while (lines.Read())
        {
            if (!lines.Line.StartsWith(Final, StringComparison.Ordinal))
            {
                continue;
            }

            var start = lines.Start + Final.Length;
            if (PythonLiteral.TryRead(code, start, out var value, out var end) ? value == answer && code.AsSpan(end).TrimStart().StartsWith(")") : IsNumber(lines.Line[Final.Length..], answer))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNumber(ReadOnlySpan<char> argument, string answer) =>
        argument.TrimEnd() is [.. var number, ')'] && number.Trim().SequenceEqual(answer) && double.TryParse(answer, CultureInfo.InvariantCulture, out _);

    private static bool HasNews(string printed, string reply)
    {
        foreach (var part in printed.AsSpan().Split('\n'))
        {
            var line = printed.AsSpan()[part].Trim();
            var hasLetter = false;
            foreach (var c in line)
            {
                hasLetter |= char.IsLetter(c);
            }

            if (!line.IsEmpty && !(hasLetter && (reply.AsSpan().Contains(line, StringComparison.Ordinal) || IsOfWordsOf(reply, line))))
            {
                return true;
            }
        }

        return false;
    }

    // Words only: that a number stands somewhere in the reply says nothing of where the code got it.
    private static bool IsOfWordsOf(string reply, ReadOnlySpan<char> line)
    {
        for (var at = 0; at < line.Length;)
        {
            var end = at;
            while (end < line.Length && char.IsLetter(line[end]))
            {
                end++;
            }

            if ((end < line.Length && char.IsDigit(line[end])) || (end > at && !Stands(line[at..end].ToString(), reply)))
            {
                return false;
            }

            at = end + 1;
        }

        return true;
    }

    // "5" does not stand in "50".
    private static bool Stands(string answer, string printed)
    {
        for (var at = printed.IndexOf(answer, StringComparison.OrdinalIgnoreCase); at >= 0 && answer.Length > 0; at = printed.IndexOf(answer, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + answer.Length;
            if ((at == 0 || !IsWord(printed, at - 1) || !IsWord(printed, at)) && (end == printed.Length || !IsWord(printed, end) || !IsWord(printed, end - 1)))
            {
                return true;
            }
        }

        return false;
    }

    // The point in "1.5" belongs to the number, the one behind a sentence does not.
    private static bool IsWord(string text, int at) =>
        char.IsLetterOrDigit(text[at]) || (text[at] is '.' or ',' && at > 0 && char.IsDigit(text[at - 1]) && at + 1 < text.Length && char.IsDigit(text[at + 1]));
}
