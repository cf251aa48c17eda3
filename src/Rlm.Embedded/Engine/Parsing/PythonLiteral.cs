using System.Text;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads Python string literals without an f prefix.</summary>
internal static class PythonLiteral
{
    private const int MostJoined = 256; // more of them are no answer, and are read again at each FINAL among them

    /// <summary>Reads a literal and those that Python joins to it because nothing but white space stands between.</summary>
    public static bool TryReadAll(string source, int at, out string value, out int end)
    {
        if (!TryRead(source, at, out value, out end))
        {
            return false;
        }

        StringBuilder? joined = null;
        for (var count = 1; count < MostJoined && TryRead(source, end, out var next, out var nextEnd); count++)
        {
            joined = (joined ?? new StringBuilder(value)).Append(next);
            end = nextEnd;
        }

        value = joined?.ToString() ?? value;
        return true;
    }

    /// <summary>Whether a triple-quoted literal begins here, white space before it allowed.</summary>
    public static bool OpensTriple(string source, int at)
    {
        var rest = source.AsSpan(at).TrimStart();
        rest = rest.Length > 0 && rest[0] is 'r' or 'R' or 'u' or 'U' ? rest[1..] : rest;
        return rest.StartsWith("\"\"\"", StringComparison.Ordinal) || rest.StartsWith("'''", StringComparison.Ordinal);
    }

    /// <summary>The value of what stands between the quotes of a literal.</summary>
    public static string Unescape(ReadOnlySpan<char> inner)
    {
        var result = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\' && i + 1 < inner.Length)
            {
                Unescape(result, inner[++i], raw: false);
            }
            else
            {
                result.Append(inner[i]);
            }
        }

        return result.ToString();
    }

    /// <summary>Reads a literal, white space before it allowed.</summary>
    /// <param name="source">The text it is in.</param>
    /// <param name="at">Where it starts.</param>
    /// <param name="value">Its value.</param>
    /// <param name="end">The position after it.</param>
    public static bool TryRead(string source, int at, out string value, out int end)
    {
        value = "";
        end = at;
        while (at < source.Length && char.IsWhiteSpace(source[at]))
        {
            at++;
        }

        var raw = at < source.Length && source[at] is 'r' or 'R';
        at += raw || (at < source.Length && source[at] is 'u' or 'U') ? 1 : 0;
        if (at >= source.Length || source[at] is not ('"' or '\''))
        {
            return false;
        }

        var quote = source[at];
        var triple = at + 2 < source.Length && source[at + 1] == quote && source[at + 2] == quote;
        at += triple ? 3 : 1;
        var result = new StringBuilder();
        while (at < source.Length)
        {
            var c = source[at];
            if (c == quote && (!triple || (at + 2 < source.Length && source[at + 1] == quote && source[at + 2] == quote)))
            {
                value = result.ToString();
                end = at + (triple ? 3 : 1);
                return true;
            }

            if (c == '\n' && !triple)
            {
                return false;
            }

            if (c == '\\' && at + 1 < source.Length)
            {
                Unescape(result, source[at + 1], raw);
                at += 2;
                continue;
            }

            result.Append(c);
            at++;
        }

        return false;
    }

    private static void Unescape(StringBuilder result, char escaped, bool raw)
    {
        var plain = escaped switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '\\' or '\'' or '"' => escaped,
            _ => '\0',
        };
        if (raw || (plain == '\0' && escaped != '\n'))
        {
            result.Append('\\').Append(escaped); // escapes that models do not write stay as they are
        }
        else if (escaped != '\n')
        {
            result.Append(plain);
        }
    }
}
