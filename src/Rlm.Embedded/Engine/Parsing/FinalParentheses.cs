namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Which parenthesis balances that of each FINAL that begins a line. One pass over a text, whatever is in it.</summary>
internal sealed class FinalParentheses
{
    private readonly Dictionary<int, int> _closes = [];
    private readonly List<int> _starts = [];

    public FinalParentheses(string text)
    {
        var open = new Stack<int>(); // ~position for that of a FINAL
        var first = text.IndexOf("FINAL", StringComparison.Ordinal);
        if (first < 0)
        {
            return;
        }

        var at = text.AsSpan(0, first).LastIndexOf('\n') + 1;
        var isLineStart = true;
        while (at < text.Length)
        {
            if (isLineStart)
            {
                isLineStart = false;
                at = StartLine(text, at, open);
            }

            var found = text.AsSpan(at).IndexOfAny('(', ')', '\n');
            if (found < 0)
            {
                return;
            }

            at += found;
            if (text[at] == '\n')
            {
                isLineStart = true;
            }
            else if (!ListMarker.IsSmiley(text, at))
            {
                if (text[at] == '(')
                {
                    open.Push(IsBehindMark(text, at) ? ~at : at);
                }
                else if (open.TryPop(out var opened) && opened < 0)
                {
                    _closes[~opened] = at;
                }
            }

            at++;
        }
    }

    /// <summary>The parenthesis that balances the one at a position, or -1.</summary>
    public int CloseOf(int open) => _closes.TryGetValue(open, out var close) ? close : -1;

    /// <summary>Where the first line behind a position that begins with FINAL starts, or the end.</summary>
    public int NextStart(int position, int end)
    {
        var index = _starts.BinarySearch(position + 1);
        index = index < 0 ? ~index : index;
        return index < _starts.Count ? _starts[index] : end;
    }

    // "</think>FINAL(42)": what stands before it will be taken out.
    private bool IsBehindMark(string text, int open)
    {
        var before = text.AsSpan(0, open);
        var name = before.EndsWith("FINAL", StringComparison.Ordinal) ? 5 : before.EndsWith("FINAL_VAR", StringComparison.Ordinal) ? 9 : 0;
        var start = open - name;
        if (name == 0 || start == 0 || text[start - 1] is not ('>' or ']' or '▷'))
        {
            return false;
        }

        _starts.Add(start);
        return true;
    }

    private int StartLine(string text, int at, Stack<int> open)
    {
        var length = text.AsSpan(at).IndexOf('\n');
        var end = length < 0 ? text.Length : at + length;
        var start = FinalStart.Read(text, at, end);
        if (!start.IsFound)
        {
            return at + ListMarker.LengthAt(text.AsSpan(at, end - at));
        }

        _starts.Add(at);
        open.Push(~start.Open);
        var argument = start.Open + 1;
        if (PythonLiteral.TryRead(text, argument, out _, out var literalEnd))
        {
            return literalEnd;
        }

        // "FINAL(1) one" is a list when the next line goes on with one.
        var marker = ListMarker.LengthAt(text.AsSpan(argument, end - argument));
        return marker > 0 && end < text.Length && ListMarker.LengthAt(LineAt(text, end + 1)) > 0 ? argument + marker : argument;
    }

    private static ReadOnlySpan<char> LineAt(string text, int at)
    {
        var length = text.AsSpan(at).IndexOf('\n');
        return length < 0 ? text.AsSpan(at) : text.AsSpan(at, length);
    }
}
