using System.Globalization;
using System.Text;
using Wcwidth;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>How text stands on a screen of some width: its rows, and the cursor's place among them.</summary>
internal sealed class Layout
{
    private const int TabStop = 4;

    private readonly List<Row> _rows = [];
    private readonly int _width;
    private readonly StringBuilder _row = new();
    private int _column;

    /// <summary>Lays text out.</summary>
    /// <param name="prompt">What stands before the first line.</param>
    /// <param name="continuation">What stands before the others.</param>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The cursor's place in it.</param>
    /// <param name="width">Columns of the screen.</param>
    public Layout(string prompt, string continuation, string text, int cursor, int width)
    {
        _width = Math.Max(width, 2);
        Put(prompt);
        int lineStart = _column;
        for (int place = 0; place < text.Length;)
        {
            Mark(place, cursor);
            if (text[place] == '\n')
            {
                EndRow();
                Put(continuation);
                lineStart = _column;
                place++;
                continue;
            }

            int length = StringInfo.GetNextTextElementLength(text.AsSpan(place));
            ReadOnlySpan<char> element = text.AsSpan(place, length);
            if (element is "\t")
            {
                Put(new string(' ', TabStop - ((_column - lineStart) % TabStop)));
            }
            else
            {
                Put(Frame.Terminal.Clean(element.ToString()), Width(element));
            }

            place += length;
        }

        Mark(text.Length, cursor);
        EndRow();
    }

    public IReadOnlyList<Row> Rows => _rows;

    public int CursorRow { get; private set; }

    public int CursorColumn { get; private set; }

    /// <summary>Columns that one seen character takes.</summary>
    public static int Width(ReadOnlySpan<char> element)
    {
        int width = 0;
        bool joined = false;
        foreach (Rune rune in element.EnumerateRunes())
        {
            joined |= rune.Value is 0xFE0F or 0x200D;
            width = Math.Max(width, rune.Value < 0x20 ? 1 : UnicodeCalculator.GetWidth(rune));
        }

        return joined ? 2 : Math.Max(width, 0);
    }

    private void Mark(int place, int cursor)
    {
        if (place != cursor)
        {
            return;
        }

        if (_column == _width)
        {
            EndRow();
        }

        CursorRow = _rows.Count;
        CursorColumn = _column;
    }

    private void Put(string text)
    {
        TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            string element = elements.GetTextElement();
            Put(Frame.Terminal.Clean(element), Width(element));
        }
    }

    private void Put(string element, int width)
    {
        if (_column + width > _width)
        {
            EndRow();
        }

        _row.Append(element);
        _column += width;
    }

    private void EndRow()
    {
        _rows.Add(new Row(_row.ToString(), _column));
        _row.Clear();
        _column = 0;
    }

    /// <summary>One row of the screen.</summary>
    /// <param name="Text">What stands in it.</param>
    /// <param name="Width">Columns that it takes.</param>
    internal readonly record struct Row(string Text, int Width);
}
