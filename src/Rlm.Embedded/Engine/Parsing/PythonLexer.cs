namespace Rlm.Embedded.Engine.Parsing;

/// <summary>
/// Just enough of Python's lexer to know, at the end of each line, whether a string or a bracket is still open.
/// </summary>
internal struct PythonLexer
{
    private char _quote;
    private bool _triple;

    /// <summary>Inside a string that goes on to the next line.</summary>
    public readonly bool InString => _quote != '\0';

    /// <summary>Inside a triple-quoted string.</summary>
    public readonly bool InTripleString => _quote != '\0' && _triple;

    /// <summary>Brackets open.</summary>
    public int Depth { get; private set; }

    /// <summary>Takes one line without its line end.</summary>
    /// <param name="line">The line.</param>
    /// <returns>Where a run of three back-ticks stands that belongs to no string and no comment, or -1. The rest of the line is not taken then.</returns>
    public int Feed(ReadOnlySpan<char> line)
    {
        var i = 0;
        while (i < line.Length)
        {
            if (_quote != '\0')
            {
                i = SkipString(line, i);
                continue;
            }

            switch (line[i])
            {
                case '#':
                    return -1;
                case '\'' or '"':
                    _quote = line[i];
                    _triple = i + 2 < line.Length && line[i + 1] == _quote && line[i + 2] == _quote;
                    i += _triple ? 3 : 1;
                    if (i >= line.Length && !_triple)
                    {
                        _quote = '\0'; // a lone quote at the end of a line: an error in Python, no string to us
                    }

                    continue;
                case '(' or '[' or '{':
                    Depth++;
                    break;
                case ')' or ']' or '}':
                    Depth = Math.Max(0, Depth - 1);
                    break;
                case '`' when line[i..].StartsWith("```", StringComparison.Ordinal):
                    return i;
            }

            i++;
        }

        return -1;
    }

    private int SkipString(ReadOnlySpan<char> line, int i)
    {
        while (i < line.Length)
        {
            var c = line[i];
            if (c == '\\')
            {
                if (i + 1 >= line.Length)
                {
                    return line.Length; // a back-slash at the end carries even a short string over the line end
                }

                i += 2;
            }
            else if (c != _quote)
            {
                i++;
            }
            else if (!_triple)
            {
                _quote = '\0';
                return i + 1;
            }
            else if (i + 2 < line.Length && line[i + 1] == c && line[i + 2] == c)
            {
                _quote = '\0';
                return i + 3;
            }
            else
            {
                i++;
            }
        }

        if (!_triple)
        {
            _quote = '\0';
        }

        return line.Length;
    }
}
