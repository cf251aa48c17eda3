using System.Text;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Takes the common indentation off a block and gives it LF line ends.</summary>
internal static class Dedent
{
    /// <summary>Cuts <paramref name="start"/>..<paramref name="end"/> out of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Start of the block.</param>
    /// <param name="end">End of the block.</param>
    /// <param name="fenceIndent">How far the fence was indented: lines inside strings lose at most that.</param>
    public static string Apply(string text, int start, int end, int fenceIndent)
    {
        var block = text.AsSpan(start, end - start);
        var prefix = CommonIndent(text, start, end);
        if (prefix == 0 && fenceIndent == 0 && !block.Contains('\r'))
        {
            return Trim(block).ToString();
        }

        var result = new StringBuilder(block.Length);
        var lexer = default(PythonLexer);
        var lines = new LineReader(text, end);
        lines.Seek(start);
        while (lines.Read())
        {
            var line = lines.Line;
            var most = lexer.InString ? Math.Min(fenceIndent, prefix) : prefix;
            lexer.Feed(line);
            result.Append(line[Math.Min(most, Fence.IndentOf(line))..]).Append('\n');
        }

        return Trim(result.ToString()).ToString();
    }

    private static int CommonIndent(string text, int start, int end)
    {
        var first = text.AsSpan(start, end - start);
        if (!StartsIndented(first))
        {
            return 0;
        }

        var common = int.MaxValue;
        var lexer = default(PythonLexer);
        var lines = new LineReader(text, end);
        lines.Seek(start);
        while (lines.Read())
        {
            var line = lines.Line;
            var startsStatement = !lexer.InString && lexer.Depth == 0;
            lexer.Feed(line);
            if (startsStatement && !line.IsWhiteSpace())
            {
                common = Math.Min(common, Fence.IndentOf(line));
            }
        }

        return common == int.MaxValue ? 0 : common;
    }

    // The first line that is not blank: where it is not indented, nothing is.
    private static bool StartsIndented(ReadOnlySpan<char> block)
    {
        var at = block.IndexOfAnyExcept(" \t\r\n");
        return at > 0 && block[at - 1] is ' ' or '\t';
    }

    // Blank lines around a block go; the indentation of its first line stays.
    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> code)
    {
        code = code.TrimEnd();
        var at = code.IndexOfAnyExcept(" \t\r\n");
        if (at <= 0)
        {
            return code;
        }

        var lineStart = code[..at].LastIndexOf('\n') + 1;
        return code[lineStart..];
    }
}
