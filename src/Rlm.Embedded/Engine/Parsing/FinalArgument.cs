namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What stands between the parentheses of a FINAL, made into an answer.</summary>
internal static class FinalArgument
{
    private static readonly (char Open, char Close)[] Quotes = [('`', '`'), ('\u201c', '\u201d'), ('\u2018', '\u2019')];

    /// <summary>Makes one of a literal's value.</summary>
    public static ProseFinal? OfLiteral(string value, bool isVariable) =>
        Make(isVariable ? Unquote(value.Trim()) : value, isVariable, isLiteral: true);

    /// <summary>Makes one of text.</summary>
    public static ProseFinal? OfText(string text, bool isVariable)
    {
        var argument = text.Trim();
        if (isVariable)
        {
            return Make(Unquote(argument), isVariable, isLiteral: false);
        }

        return IsQuotedOverLines(argument)
            ? Make(PythonLiteral.Unescape(argument.AsSpan(1, argument.Length - 2)), isVariable, isLiteral: true)
            : Make(argument, isVariable, IsQuotedWords(argument));
    }

    private static ProseFinal? Make(string argument, bool isVariable, bool isLiteral) =>
        string.IsNullOrWhiteSpace(argument) ? null : new ProseFinal(argument, isVariable, isLiteral);

    private static string Unquote(string name)
    {
        foreach (var (open, close) in Quotes)
        {
            if (name.Length >= 2 && name[0] == open && name[^1] == close)
            {
                return name[1..^1].Trim();
            }
        }

        return name;
    }

    // A text in single quotes that goes over several lines is no Python, and its quotes are no part of it.
    private static bool IsQuotedOverLines(string text)
    {
        if (text.Length < 3 || text[0] is not ('"' or '\'') || text[^1] != text[0] || !text.Contains('\n'))
        {
            return false;
        }

        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[0])
            {
                return false;
            }
        }

        return true;
    }

    // '"a" and "b"' is words, though Python would compute it.
    private static bool IsQuotedWords(string text)
    {
        var at = 0;
        var quoted = 0;
        while (at < text.Length)
        {
            if (text[at] is '"' or '\'')
            {
                if (!PythonLiteral.TryRead(text, at, out _, out at))
                {
                    return false;
                }

                quoted++;
                continue;
            }

            var end = at;
            while (end < text.Length && text[end] is not ('"' or '\''))
            {
                end++;
            }

            if (quoted == 0 || text.AsSpan(at, end - at).Trim() is not ("and" or "or" or "," or ", and" or ", or" or ";" or "vs" or "vs." or "&" or "/"))
            {
                return false;
            }

            at = end;
        }

        return quoted > 1;
    }
}
