using System.Text;
using Rlm.Embedded.Cli.Frame;
using Spectre.Console;

namespace Rlm.Embedded.Cli.View;

/// <summary>A table on stdout: drawn on a terminal, plain lines when piped.</summary>
internal sealed class ResultTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(Terminal terminal)
    {
        if (terminal.OutIsTerminal)
        {
            WriteDrawn(terminal);
        }
        else
        {
            WritePlain(terminal);
        }
    }

    private void WritePlain(Terminal terminal)
    {
        bool hasHead = columns.Length > 1;
        string[][] lines = hasHead ? [columns, .. _rows] : [.. _rows.Select(row => (string[])[row[0] + ":", .. row.Skip(1)])];
        int[] widths = [.. Enumerable.Range(0, lines.Max(line => line.Length)).Select(column => lines.Max(line => column < line.Length ? line[column].Length : 0))];
        foreach (string[] line in lines)
        {
            terminal.Out.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private void WriteDrawn(Terminal terminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new TableOutput(terminal) });
        Table table = new() { Border = TableBorder.Rounded };
        if (columns.Length == 1)
        {
            table.Title = new TableTitle(Markup.Escape(columns[0]));
            table.HideHeaders();
            table.AddColumn("").AddColumn("");
        }
        else
        {
            table.AddColumn(Markup.Escape(columns[0]));
            foreach (string column in columns.Skip(1))
            {
                table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
            }
        }

        foreach (string[] row in _rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        console.Write(table);
    }

    /// <summary>Where tables are drawn. The width is asked of the terminal: asked of the runtime's console, that would write its own codes to stdout.</summary>
    private sealed class TableOutput(Terminal terminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => terminal.Out;

        public bool IsTerminal => terminal.OutIsTerminal;

        public int Width => terminal.Width;

        public int Height => int.MaxValue;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
