using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>
/// Shows what a cell prints as it prints it. Of what is longer than a session keeps, the first half is shown so, and the last with the mark
/// between them when the cell has ended: what a model would see.
/// </summary>
/// <param name="terminal">Where it is shown.</param>
/// <param name="kept">Characters of each stream that a session keeps.</param>
internal sealed class LiveOutput(Terminal terminal, int kept)
{
    private readonly int _half = Math.Max(kept / 2, 1);
    private int _shown;
    private int _errorShown;
    private char _last = '\n';

    /// <summary>False while the tool runs code of its own.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>Takes a piece.</summary>
    public void Take(ReplOutput piece)
    {
        if (!IsOn)
        {
            return;
        }

        ref int shown = ref piece.IsError ? ref _errorShown : ref _shown;
        string part = piece.Text[..Math.Min(piece.Text.Length, _half - shown)];
        shown += part.Length;
        Write(part, piece.IsError);
    }

    /// <summary>Shows what is left of a cell that has ended.</summary>
    public void End(CellResult result)
    {
        Write(result.Stdout[Math.Min(_shown, result.Stdout.Length)..], isError: false);
        Write(result.Stderr[Math.Min(_errorShown, result.Stderr.Length)..], isError: true);
        if (_last != '\n' && terminal.OutIsTerminal)
        {
            // What follows begins a line.
            terminal.Error.WriteLine();
        }

        _shown = _errorShown = 0;
        _last = '\n';
    }

    private void Write(string text, bool isError)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (isError)
        {
            terminal.Error.Write(terminal.ErrorIsTerminal ? Terminal.Clean(text) : text);
        }
        else
        {
            terminal.Out.Write(terminal.OutIsTerminal ? Terminal.Clean(text) : text);
        }

        _last = text[^1];
    }
}
