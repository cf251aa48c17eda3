using System.Buffers;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>
/// Whether a text without a language reads as Python that does something. No parser: two names side by side, an operator
/// at the start of a line or a character that Python lacks say no; an assignment, a call or a statement keyword says yes.
/// </summary>
internal static class PythonShape
{
    private static readonly SearchValues<char> Foreign = SearchValues.Create("?$`\u2018\u2019\u201c\u201d\u2026");

    private enum Token
    {
        None,
        Operand,
        Text,
        Keyword,
        Operator,
        Close,
    }

    /// <summary>Judges a whole block.</summary>
    public static bool Matches(ReadOnlySpan<char> code)
    {
        var strong = false;
        var depth = 0;
        var previous = Token.None;
        var i = 0;
        while (i < code.Length)
        {
            var c = code[i];
            if (c == '\n')
            {
                previous = depth == 0 ? Token.None : previous;
                i++;
            }
            else if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '\\' && i + 1 < code.Length && code[i + 1] is '\n' or '\r')
            {
                i += code[i + 1] == '\r' ? 3 : 2;
            }
            else if (c == '#')
            {
                i = SkipLine(code, i);
            }
            else if (c is '"' or '\'')
            {
                if (previous is Token.Operand or Token.Close || !SkipString(code, ref i))
                {
                    return false;
                }

                previous = Token.Text;
            }
            else if (char.IsDigit(c))
            {
                if (previous is Token.Operand or Token.Text or Token.Close)
                {
                    return false;
                }

                i = SkipNumber(code, i);
                previous = Token.Operand;
            }
            else if (c == '_' || char.IsLetter(c))
            {
                var end = SkipName(code, i);
                var name = code[i..end];
                if (end < code.Length && code[end] is '"' or '\'' && name.Length <= 2)
                {
                    i = end; // the prefix of a string
                    continue;
                }

                if (IsKeyword(name))
                {
                    strong |= previous == Token.None && IsStatement(name) && HasBody(name, code[end..]);
                    previous = Token.Keyword;
                }
                else if (previous is Token.Operand or Token.Text or Token.Close)
                {
                    return false;
                }
                else
                {
                    previous = Token.Operand;
                }

                i = end;
            }
            else if (Foreign.Contains(c))
            {
                return false;
            }
            else if (c is '(' or '[' or '{')
            {
                strong |= c == '(' && previous is Token.Operand or Token.Close && i > 0 && !char.IsWhiteSpace(code[i - 1]);
                depth++;
                previous = Token.Operator;
                i++;
            }
            else if (c is ')' or ']' or '}')
            {
                if (--depth < 0)
                {
                    return false;
                }

                previous = Token.Close;
                i++;
            }
            else
            {
                if (previous == Token.None && c is not ('@' or '.') || (c == '!' && (i + 1 >= code.Length || code[i + 1] != '=')))
                {
                    return false;
                }

                strong |= depth == 0 && IsAssignment(code, i, previous);
                previous = Token.Operator;
                i++;
            }
        }

        return strong;
    }

    private static bool IsAssignment(ReadOnlySpan<char> code, int i, Token previous) =>
        code[i] == '=' && previous is Token.Operand or Token.Close or Token.Operator
        && !(i + 1 < code.Length && code[i + 1] == '=') && code[i - 1] is not ('=' or '<' or '>' or '!');

    private static bool IsStatement(ReadOnlySpan<char> name) =>
        name is "import" or "from" or "def" or "class" or "for" or "while" or "if" or "with" or "try" or "async" or "del" or "await" or "raise" or "assert" or "return";

    // A compound statement has a colon, another one an operand; prose that begins with such a word has names side by side.
    private static bool HasBody(ReadOnlySpan<char> name, ReadOnlySpan<char> rest) =>
        name is "def" or "class" or "for" or "while" or "if" or "with" or "try" ? rest.Contains(':') : !rest.IsEmpty && rest[0] is ' ' or '\t' or '(';

    public static bool IsKeyword(ReadOnlySpan<char> name) =>
        name is "False" or "None" or "True" or "and" or "as" or "assert" or "async" or "await" or "break" or "class" or "continue" or "def"
            or "del" or "elif" or "else" or "except" or "finally" or "for" or "from" or "global" or "if" or "import" or "in" or "is" or "lambda"
            or "nonlocal" or "not" or "or" or "pass" or "raise" or "return" or "try" or "while" or "with" or "yield" or "match" or "case" or "type";

    private static int SkipLine(ReadOnlySpan<char> code, int i)
    {
        var length = code[i..].IndexOf('\n');
        return length < 0 ? code.Length : i + length;
    }

    private static int SkipName(ReadOnlySpan<char> code, int i)
    {
        while (i < code.Length && (code[i] == '_' || char.IsLetterOrDigit(code[i])))
        {
            i++;
        }

        return i;
    }

    private static int SkipNumber(ReadOnlySpan<char> code, int i)
    {
        while (i < code.Length && (code[i] is '_' or '.' || char.IsLetterOrDigit(code[i])))
        {
            i++;
        }

        return i;
    }

    private static bool SkipString(ReadOnlySpan<char> code, ref int i)
    {
        var quote = code[i];
        var triple = i + 2 < code.Length && code[i + 1] == quote && code[i + 2] == quote;
        i += triple ? 3 : 1;
        while (i < code.Length)
        {
            if (code[i] == '\\')
            {
                i += 2;
            }
            else if (code[i] == '\n' && !triple)
            {
                return false;
            }
            else if (code[i] == quote && (!triple || (i + 2 < code.Length && code[i + 1] == quote && code[i + 2] == quote)))
            {
                i += triple ? 3 : 1;
                return true;
            }
            else
            {
                i++;
            }
        }

        return triple; // cut off inside a long string
    }
}
