namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Tells whether something in a text is a mention: in inline code, or in quotes. Lines are asked about in order.</summary>
internal sealed class InlineCode(string text)
{
    private readonly List<(int Start, int End)> _spans = [];
    private int _line = -1; // the end of the line whose spans are known

    /// <summary>Whether a position of a line lies between two runs of back-ticks of one length.</summary>
    public bool Holds(int lineStart, int lineEnd, int position)
    {
        if (_line != lineEnd)
        {
            _line = lineEnd;
            FindSpans(lineStart, lineEnd);
        }

        var index = _spans.BinarySearch((position, int.MaxValue));
        var before = (index < 0 ? ~index : index) - 1;
        return before >= 0 && position < _spans[before].End;
    }

    /// <summary>Whether a part of a text is quoted: the same quote on both sides, or one behind it that ends an argument.</summary>
    public static bool IsQuoted(ReadOnlySpan<char> text, int start, int length)
    {
        var end = start + length;
        if (end >= text.Length || text[end] is not ('"' or '\'' or '`'))
        {
            return false;
        }

        return (start > 0 && text[start - 1] == text[end]) || (end + 1 < text.Length && text[end + 1] is ',' or ')' or ']' or ':' or ';');
    }

    private void FindSpans(int lineStart, int lineEnd)
    {
        _spans.Clear();
        var runs = new List<(int Start, int Length)>();
        for (var at = lineStart; at < lineEnd; at++)
        {
            var found = text.AsSpan(at, lineEnd - at).IndexOf('`');
            if (found < 0)
            {
                break;
            }

            at += found;
            var length = text.AsSpan(at, lineEnd - at).IndexOfAnyExcept('`');
            length = length < 0 ? lineEnd - at : length;
            runs.Add((at, length));
            at += length;
        }

        var nextOfLength = new Dictionary<int, int>();
        var closes = new int[runs.Count];
        for (var i = runs.Count - 1; i >= 0; i--)
        {
            closes[i] = nextOfLength.GetValueOrDefault(runs[i].Length, -1);
            nextOfLength[runs[i].Length] = i;
        }

        for (var i = 0; i < runs.Count; i++)
        {
            if (closes[i] >= 0)
            {
                _spans.Add((runs[i].Start, runs[closes[i]].Start));
                i = closes[i];
            }
        }
    }
}
