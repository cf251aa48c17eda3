using System.Buffers;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Finds where the last statement of a cell begins, if it may be a bare expression whose value is to be shown.
/// It reads tokens, not grammar: a wrong guess is found out by the compiler, which then gets the cell as it was.
/// </summary>
internal static class LastExpression
{
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ \t.,");

    private static readonly SearchValues<char> s_letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_keywords = new HashSet<string>(StringComparer.Ordinal)
    {
         "assert", "async", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally",
        "for", "from", "global", "if", "import", "nonlocal", "pass", "raise", "return", "try", "while", "with", "yield",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Offset of the last statement, or -1 when its value is not to be shown.</summary>
    public static int Find(ReadOnlySpan<char> source)
    {
        int start = -1;
        bool assigns = false;
        bool atLineStart = true;
        int depth = 0;
        int i = 0;
        while (i < source.Length)
        {
            if (atLineStart && depth == 0)
            {
                atLineStart = false;
                char first = source[i];
                if (first is '\n' or '\r' or '#')
                {
                    i = SkipLine(source, i);
                    atLineStart = true;
                    continue;
                }

                if (first is ' ' or '\t' or '\f')
                {
                    int text = SkipBlanks(source, i);
                    if (text < source.Length && source[text] is not ('\n' or '\r' or '#'))
                    {
                        // Indented: the last statement is a compound one.
                        start = -1;
                    }

                    i = text;
                    atLineStart = text < source.Length && source[text] is '\n' or '\r' or '#';
                    if (atLineStart)
                    {
                        i = SkipLine(source, i);
                    }

                    continue;
                }

                start = i;
                assigns = false;
            }

            char c = source[i];
            switch (c)
            {
                case '\n':
                    i++;
                    atLineStart = depth == 0;
                    break;
                case '#':
                    int end = source[i..].IndexOf('\n');
                    i = end < 0 ? source.Length : i + end;
                    break;
                case '\\':
                    i += i + 2 < source.Length && source[i + 1] == '\r' && source[i + 2] == '\n' ? 3 : 2;
                    break;
                case '\'' or '"':
                    i = SkipString(source, i, IsFormatted(source, i));
                    break;
                case '(' or '[' or '{':
                    depth++;
                    i++;
                    break;
                case ')' or ']' or '}':
                    depth = Math.Max(depth - 1, 0);
                    i++;
                    break;
                case ';' when depth == 0:
                    i++;
                    int next = SkipBlanks(source, i);
                    if (start >= 0 && next < source.Length && source[next] is not ('\n' or '\r' or '#'))
                    {
                        // After "if x: y;" the rest belongs to the body.
                        start = OpensBlock(source[start..]) ? -1 : next;
                        assigns = false;
                    }

                    break;
                case '=' when depth == 0:
                    bool comparison = (i > 0 && source[i - 1] is '=' or '!' or '<' or '>') && !IsShiftAssignment(source, i);
                    if (i + 1 < source.Length && source[i + 1] == '=')
                    {
                        i += 2;
                        break;
                    }

                    assigns |= !comparison;
                    i++;
                    break;
                default:
                    int run = source[i..].IndexOfAnyExcept(s_plain);
                    i += run < 0 ? source.Length - i : Math.Max(run, 1);
                    break;
            }
        }

        return start >= 0 && !assigns && !StartsStatement(source[start..]) ? start : -1;
    }

    private static bool StartsStatement(ReadOnlySpan<char> text)
    {
        if (text[0] == '@' || text.StartsWith("print(", StringComparison.Ordinal))
        {
            return true;
        }

        int end = text.IndexOfAnyExcept(s_letters);
        return s_keywords.Contains(end < 0 ? text : text[..end]);
    }

    private static bool OpensBlock(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExcept(s_letters);
        return end > 0 && text[..end] is "if" or "for" or "while" or "with" or "def" or "class" or "async" or "else" or "elif" or "try" or "except" or "finally";
    }

    private static bool IsShiftAssignment(ReadOnlySpan<char> source, int equals) =>
        equals > 1 && source[equals - 1] is '<' or '>' && source[equals - 2] == source[equals - 1];

    private static int SkipBlanks(ReadOnlySpan<char> source, int i)
    {
        while (i < source.Length && source[i] is ' ' or '\t' or '\f')
        {
            i++;
        }

        return i;
    }

    private static int SkipLine(ReadOnlySpan<char> source, int i)
    {
        int end = source[i..].IndexOf('\n');
        return end < 0 ? source.Length : i + end + 1;
    }

    private static bool IsFormatted(ReadOnlySpan<char> source, int quote)
    {
        for (int i = quote - 1; i >= 0 && i >= quote - 2; i--)
        {
            if (source[i] is 'f' or 'F' or 't' or 'T')
            {
                return true;
            }

            if (source[i] is not ('r' or 'R'))
            {
                return false;
            }
        }

        return false;
    }

    private static int SkipString(ReadOnlySpan<char> source, int i, bool formatted)
    {
        char quote = source[i];
        bool triple = i + 2 < source.Length && source[i + 1] == quote && source[i + 2] == quote;
        i += triple ? 3 : 1;
        while (i < source.Length)
        {
            char c = source[i];
            if (c == '\\')
            {
                i += 2;
            }
            else if (c == quote && (!triple || (i + 2 < source.Length && source[i + 1] == quote && source[i + 2] == quote)))
            {
                return i + (triple ? 3 : 1);
            }
            else if (c == '\n' && !triple)
            {
                return i;
            }
            else if (formatted && c == '{')
            {
                i = i + 1 < source.Length && source[i + 1] == '{' ? i + 2 : SkipReplacement(source, i + 1);
            }
            else
            {
                i++;
            }
        }

        return source.Length;
    }

    /// <summary>The part of an f-string between braces, which may hold strings of its own (PEP 701). After its colon, quotes are plain text.</summary>
    private static int SkipReplacement(ReadOnlySpan<char> source, int i)
    {
        int depth = 1;
        bool format = false;
        while (i < source.Length && depth > 0)
        {
            char c = source[i];
            if (format && c == '{')
            {
                i = SkipReplacement(source, i + 1);
                continue;
            }

            if (c is '\'' or '"' && !format)
            {
                i = SkipString(source, i, IsFormatted(source, i));
                continue;
            }

            format |= c == ':' && depth == 1;
            depth += c is '{' or '(' or '[' ? 1 : c is '}' or ')' or ']' ? -1 : 0;
            i++;
        }

        return i;
    }
}
