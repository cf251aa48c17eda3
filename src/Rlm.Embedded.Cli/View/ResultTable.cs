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
        string[][] lines = hasHead ? [columns, .. _rows] : [.. _rows];
        int first = lines.Max(line => line[0].Length) + 2;
        foreach (string[] line in lines)
        {
            string rest = string.Join("  ", line.Skip(1).Select(cell => line.Length > 2 ? cell.PadRight(14) : cell)).TrimEnd();
            terminal.Out.WriteLine($"{(hasHead ? line[0] : line[0] + ":").PadRight(first)}{rest}");
        }
    }

    private void WriteDrawn(Terminal terminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
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
}
