using System.Text;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>
/// Draws the cell being written below what the terminal shows already. Of a cell taller than the screen the part around the cursor is shown
/// until it is done.
/// </summary>
/// <param name="write">Sends text to the terminal.</param>
/// <param name="size">Columns and rows of the terminal.</param>
internal sealed class Screen(Action<string> write, Func<(int Columns, int Rows)> size)
{
    private Layout? _shown;
    private int _top;
    private int _bottom;

    /// <summary>Shows the cell as it is now.</summary>
    public void Draw(string prompt, string continuation, string text, int cursor)
    {
        (int columns, int rows) = size();
        Layout layout = new(prompt, continuation, text, cursor, columns);
        int most = Math.Max(rows - 1, 1);
        int top = Math.Clamp(_top, Math.Max(0, layout.CursorRow - most + 1), layout.CursorRow);
        int bottom = Math.Min(layout.Rows.Count, top + most);
        StringBuilder frame = new("\e[?25l");
        ToFirstRow(frame, columns);
        for (int row = top; row < bottom; row++)
        {
            frame.Append("\e[K").Append(layout.Rows[row].Text).Append(row + 1 < bottom ? "\r\n" : "");
        }

        if (layout.Rows[bottom - 1].Width < columns)
        {
            frame.Append("\e[K");
        }

        Below(frame, bottom - 1 - layout.CursorRow);
        frame.Append('\r');
        if (layout.CursorColumn > 0)
        {
            frame.Append("\e[").Append(layout.CursorColumn).Append('C');
        }

        write(frame.Append("\e[?25h").ToString());
        (_shown, _top, _bottom) = (layout, top, bottom);
    }

    /// <summary>Shows all of the cell, and leaves it: what follows is written below.</summary>
    public void Leave(string prompt, string continuation, string text, string end = "")
    {
        (int columns, _) = size();
        StringBuilder frame = new();
        ToFirstRow(frame, columns);
        frame.Append("\e[J").AppendJoin("\r\n", new Layout(prompt, continuation, text, text.Length, columns).Rows.Select(row => row.Text));
        write(frame.Append(end).Append("\r\n").ToString());
        Forget();
    }

    /// <summary>Clears the terminal.</summary>
    public void Clear()
    {
        write("\e[H\e[2J");
        Forget();
    }

    /// <summary>What was drawn is the terminal's now.</summary>
    public void Forget()
    {
        _shown = null;
        _top = _bottom = 0;
    }

    private static void Below(StringBuilder frame, int rows)
    {
        frame.Append("\e[J");
        if (rows > 0)
        {
            frame.Append("\e[").Append(rows).Append('A');
        }
    }

    /// <summary>Terminals that have become narrower have wrapped the rows again.</summary>
    private void ToFirstRow(StringBuilder frame, int columns)
    {
        frame.Append('\r');
        if (_shown is null)
        {
            return;
        }

        int above = _shown.CursorColumn / columns;
        for (int row = _top; row < _shown.CursorRow; row++)
        {
            above += Math.Max(1, (_shown.Rows[row].Width + columns - 1) / columns);
        }

        if (above > 0)
        {
            frame.Append("\e[").Append(above).Append('A');
        }
    }
}
