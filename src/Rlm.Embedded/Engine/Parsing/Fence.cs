namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A line that opens a fenced block.</summary>
/// <param name="Character">Back-tick or tilde.</param>
/// <param name="Indent">Length of the white space before it.</param>
/// <param name="Language">What the block claims to hold.</param>
/// <param name="CodeAt">Where code begins on the opening line itself, or -1.</param>
internal readonly record struct Fence(char Character, int Indent, FenceLanguage Language, int CodeAt)
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

        var info = rest[run..];
        var trimmed = info.Trim();
        if (trimmed.IsEmpty)
        {
            fence = new Fence(rest[0], indent, FenceLanguage.None, -1);
            return true;
        }

        var wordEnd = 0;
        while (wordEnd < trimmed.Length && (char.IsLetterOrDigit(trimmed[wordEnd]) || trimmed[wordEnd] is '_' or '+' or '-' or '#' or '.'))
        {
            wordEnd++;
        }

        var isPython = IsPython(trimmed[..wordEnd]);
        var afterWord = trimmed[wordEnd..].TrimStart();
        if (rest[0] == '`' && info.Contains('`') && !(isPython && IsOneLineBlock(afterWord)))
        {
            return false; // inline code, by CommonMark
        }

        // "```repl x = 1": code on the line of the fence, unless it is an attribute such as title="x".
        var hasCode = isPython && !afterWord.IsEmpty && wordEnd < trimmed.Length && char.IsWhiteSpace(trimmed[wordEnd]) && !IsAttribute(afterWord);
        var codeAt = hasCode ? line.TrimEnd().Length - afterWord.Length : -1;
        fence = new Fence(rest[0], indent, isPython ? FenceLanguage.Python : FenceLanguage.Other, codeAt);
        return true;
    }

    /// <summary>The line holds a fence of this kind and nothing else.</summary>
    public bool IsBareFence(ReadOnlySpan<char> line)
    {
        var trimmed = line.Trim();
        return trimmed.Length >= 3 && trimmed[0] == Character && RunLength(trimmed) == trimmed.Length;
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

        var end = 1;
        while (end < text.Length && text[end] == text[0])
        {
            end++;
        }

        return end;
    }

    private static bool IsPython(ReadOnlySpan<char> word) =>
        word.Equals("repl", StringComparison.OrdinalIgnoreCase)
        || word.Equals("python", StringComparison.OrdinalIgnoreCase)
        || word.Equals("py", StringComparison.OrdinalIgnoreCase)
        || word.Equals("python3", StringComparison.OrdinalIgnoreCase)
        || word.Equals("py3", StringComparison.OrdinalIgnoreCase)
        || word.Equals("ipython", StringComparison.OrdinalIgnoreCase)
        || word.Equals("tool_code", StringComparison.OrdinalIgnoreCase);

    // "```repl print(1)```": a whole block on one line.
    private static bool IsOneLineBlock(ReadOnlySpan<char> afterWord) =>
        afterWord[0] != '`' && afterWord.IndexOf("```") is var ticks and > 0 && afterWord[ticks..].IndexOfAnyExcept('`') < 0;

    private static bool IsAttribute(ReadOnlySpan<char> text)
    {
        if (text[0] == '{')
        {
            return true;
        }

        var equals = 0;
        while (equals < text.Length && (char.IsLetterOrDigit(text[equals]) || text[equals] is '_' or '-'))
        {
            equals++;
        }

        return equals > 0 && text[equals..].StartsWith("=\"", StringComparison.Ordinal);
    }
}
