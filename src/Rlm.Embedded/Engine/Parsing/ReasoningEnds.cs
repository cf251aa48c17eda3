namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds where reasoning that was opened ends. The marks of a text are read once, when first asked for.</summary>
internal sealed class ReasoningEnds(string text)
{
    private List<(int At, ReplyMark Mark)>? _marks;
    private readonly Dictionary<string, int> _last = [];
    private int _index;

    /// <summary>Finds the end of what began before a position. Positions are asked for in rising order.</summary>
    /// <returns>Where the closing mark is and where it ends; -1 when there is none.</returns>
    public (int At, int Next) Find(int position, ReplyMark start)
    {
        var marks = _marks ??= ReadMarks();
        while (_index < marks.Count && marks[_index].At < position)
        {
            _index++;
        }

        // Of the same name where there is one; models also close <thinking> with </think>.
        var anyName = !_last.TryGetValue(start.Name, out var last) || last < position;
        var depth = 1;
        var isToken = start.Name.Length > 0 && !char.IsLetter(start.Name[0]);
        for (var i = _index; i < marks.Count; i++)
        {
            var (at, mark) = marks[i];
            if (mark.Kind == MarkKind.TurnEnd)
            {
                if (isToken && anyName)
                {
                    return (at, at + mark.Length);
                }
            }
            else if (mark.Kind == MarkKind.ReasoningStart)
            {
                depth += mark.Name == start.Name ? 1 : 0;
            }
            else if ((anyName || mark.Name == start.Name) && (anyName || --depth == 0 || at == last))
            {
                return (at, at + mark.Length);
            }
        }

        return (-1, text.Length);
    }

    private List<(int At, ReplyMark Mark)> ReadMarks()
    {
        var marks = new List<(int, ReplyMark)>();
        for (var at = 0; at < text.Length; at++)
        {
            var found = text.AsSpan(at).IndexOfAny('<', '[', '◁');
            if (found < 0)
            {
                break;
            }

            at += found;
            if (!ReplyMarks.TryRead(text, at, out var mark) || InlineCode.IsQuoted(text, at, mark.Length))
            {
                continue;
            }

            if (mark.Kind == MarkKind.ReasoningEnd)
            {
                _last[mark.Name] = at;
                marks.Add((at, mark));
            }
            else if (mark.Kind == MarkKind.TurnEnd || (mark.Kind == MarkKind.ReasoningStart && BeginsLine(at)))
            {
                marks.Add((at, mark));
            }
        }

        return marks;
    }

    private bool BeginsLine(int at)
    {
        var before = text.AsSpan(Math.Max(0, at - 4), Math.Min(4, at)).TrimEnd(" \t");
        return before.IsEmpty || before[^1] is '\n' or '.' or '!' or '?' or ':' or '>';
    }
}
