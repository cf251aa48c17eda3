namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A line that opens a fenced block.</summary>
/// <param name="Character">Back-tick or tilde.</param>
/// <param name="Length">How many of them.</param>
/// <param name="Indent">Length of the white space before it.</param>
/// <param name="Language">What the block claims to hold.</param>
/// <param name="IsDocument">The language is one whose text has fences of its own.</param>
/// <param name="CodeAt">Where code begins on the opening line itself, or -1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Fence(char Character, int Length, int Indent, FenceLanguage Language, bool IsDocument, int CodeAt)
{
    /// <summary>Reads a line as an opening fence.</summary>
    public static bool TryRead(ReadOnlySpan<char> line, out Fence fence)
    {
        fence = default;
        var indent = IndentOf(line);
        var rest = line[indent..];
        var run = RunLength(rest);
        if (run < 3)
        {
            return false;
        }

        var behind = rest[run..];
        var info = FenceInfo.Read(behind.Trim());
        if (rest[0] == '`' && behind.Contains('`') && !IsOneLineBlock(info.Code))
        {
            return false; // inline code, by CommonMark
        }

        var codeAt = info.Code.IsEmpty ? -1 : line.TrimEnd().Length - info.Code.Length;
        var isDocument = info.Name.Equals("markdown", StringComparison.OrdinalIgnoreCase) || info.Name.Equals("md", StringComparison.OrdinalIgnoreCase);
        fence = new Fence(rest[0], run, indent, info.Language, isDocument, codeAt);
        return true;
    }

    /// <summary>Where a Python fence opens behind prose on a line ("Let me look.```repl"), or -1.</summary>
    public static int FindBehindProse(ReadOnlySpan<char> line)
    {
        var at = line.IndexOf("```");
        return at > 0 && line[0] != '>' && TryRead(line[at..], out var fence) && fence is { Language: FenceLanguage.Python, CodeAt: < 0 } ? at : -1;
    }

    /// <summary>Reads a line inside of the block.</summary>
    /// <param name="line">The line.</param>
    /// <param name="run">How many of the fence's characters it begins with.</param>
    /// <param name="textAt">Where text behind them begins.</param>
    public FenceLine Read(ReadOnlySpan<char> line, out int run, out int textAt)
    {
        var indent = IndentOf(line);
        var rest = line[indent..];
        run = RunLength(rest);
        textAt = indent + run;
        if (run < 3 || rest[0] != Character)
        {
            return FenceLine.None;
        }

        var behind = rest[run..];
        return behind.IsWhiteSpace() ? FenceLine.Close : FenceInfo.Opens(behind) ? FenceLine.Open : FenceLine.CloseWithText;
    }

    public static int IndentOf(ReadOnlySpan<char> line)
    {
        var i = 0;
        while (i < line.Length && line[i] is ' ' or '\t')
        {
            i++;
        }

        return i;
    }

    private static int RunLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is not ('`' or '~'))
        {
            return 0;
        }

        var end = text.IndexOfAnyExcept(text[0]);
        return end < 0 ? text.Length : end;
    }

    // "```repl print(1)```": a whole block on one line. An answer may stand behind it.
    private static bool IsOneLineBlock(ReadOnlySpan<char> code)
    {
        var ticks = code.IndexOf("```");
        if (ticks <= 0)
        {
            return false;
        }

        var behind = code[ticks..].TrimStart('`').TrimStart();
        return behind.IsEmpty || behind[0] == '<' || behind.StartsWith("FINAL", StringComparison.Ordinal);
    }
}
