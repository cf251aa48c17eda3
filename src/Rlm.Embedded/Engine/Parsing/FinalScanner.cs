namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds FINAL(...) and FINAL_VAR(...) that begin a line of prose and end one.</summary>
internal static class FinalScanner
{
    private const string Final = "FINAL(";
    private const string FinalVar = "FINAL_VAR(";

    /// <summary>The last one of a text, or null.</summary>
    /// <param name="prose">Text outside of code.</param>
    /// <param name="fallback">What to return when there is none.</param>
    public static ProseFinal? Find(string prose, ProseFinal? fallback)
    {
        if (!prose.Contains("FINAL", StringComparison.Ordinal))
        {
            return fallback;
        }

        var found = fallback;
        var lines = new LineReader(prose);
        while (lines.Read())
        {
            var line = lines.Line;
            var lead = line.IndexOfAnyExcept(" \t*`");
            if (lead < 0)
            {
                continue;
            }

            var rest = line[lead..];
            var isVariable = rest.StartsWith(FinalVar, StringComparison.Ordinal);
            if (!isVariable && !rest.StartsWith(Final, StringComparison.Ordinal))
            {
                continue;
            }

            var start = lines.Start + lead + (isVariable ? FinalVar.Length : Final.Length);
            if (Read(prose, start, isVariable) is { } read)
            {
                found = read.Final ?? found;
                lines.Seek(read.Next);
            }
        }

        return found;
    }

    private static (ProseFinal? Final, int Next)? Read(string prose, int start, bool isVariable)
    {
        if (PythonLiteral.TryRead(prose, start, out var text, out var literalEnd) && ClosesAt(prose, literalEnd) is var close and >= 0)
        {
            return (Make(text, isVariable, isLiteral: true), close);
        }

        var end = FindClose(prose, start, out var next);
        if (end < 0)
        {
            return null;
        }

        return (Make(prose[start..end], isVariable, isLiteral: false), next);
    }

    private static ProseFinal? Make(string argument, bool isVariable, bool isLiteral)
    {
        argument = isLiteral && !isVariable ? argument : argument.Trim();
        if (isVariable)
        {
            argument = argument.Trim('`', '"', '\'', ' ');
        }

        return string.IsNullOrWhiteSpace(argument) ? null : new ProseFinal(argument, isVariable, isLiteral);
    }

    // After a literal only white space and the parenthesis may follow.
    private static int ClosesAt(string prose, int at)
    {
        while (at < prose.Length && char.IsWhiteSpace(prose[at]))
        {
            at++;
        }

        return at < prose.Length && prose[at] == ')' && EndsLine(prose, at + 1, out var next) ? next : -1;
    }

    /// <summary>
    /// The parenthesis that closes the argument: the first one at depth zero that ends its line. One that is followed by
    /// text is part of the answer when a later one on the same line ends it (a smiley), else this is no FINAL of its own.
    /// </summary>
    private static int FindClose(string prose, int start, out int next)
    {
        var depth = 1;
        var closedInLine = false;
        for (var i = start; i < prose.Length; i++)
        {
            var c = prose[i];
            if (c == '\n')
            {
                if (closedInLine)
                {
                    next = i;
                    return -1;
                }
            }
            else if (c == '(' && !closedInLine)
            {
                depth++;
            }
            else if (c == ')')
            {
                depth -= depth > 0 ? 1 : 0;
                if (depth == 0)
                {
                    if (EndsLine(prose, i + 1, out next))
                    {
                        return i;
                    }

                    closedInLine = true;
                }
            }
        }

        var end = closedInLine ? -1 : LastClose(prose, start);
        next = end < 0 ? prose.Length : Math.Min(prose.Length, end + 1);
        return end;
    }

    // Never balanced: a parenthesis that ends the first line, else the last one that ends any, else the reply was cut off
    // and all of it is the answer.
    private static int LastClose(string prose, int start)
    {
        var lineEnd = prose.IndexOf('\n', start);
        for (var i = lineEnd < 0 ? start - 1 : lineEnd - 1; i >= start; i--)
        {
            if (prose[i] == ')' && EndsLine(prose, i + 1, out _))
            {
                return i;
            }
        }

        for (var i = prose.Length - 1; i >= start; i--)
        {
            if (prose[i] == ')' && EndsLine(prose, i + 1, out _))
            {
                return i;
            }
        }

        return prose.Length;
    }

    private static bool EndsLine(string prose, int at, out int next)
    {
        while (at < prose.Length && prose[at] is ' ' or '\t' or '\r' or '`' or '*' or '.' or ';')
        {
            at++;
        }

        next = at;
        return at >= prose.Length || prose[at] == '\n';
    }
}
