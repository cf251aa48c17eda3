using System.Text;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Repl.Editing;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>A prompt for terminals that cannot move their cursor: the terminal itself edits the line.</summary>
internal sealed class LinePrompt(Stream input, Terminal terminal, ICellLanguage language) : ICellPrompt
{
    private const int LineLimit = 16 << 20;

    private readonly LineReader _lines = new(input, LineLimit);
    private int _interrupted;

    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        StringBuilder cell = new();
        Interlocked.Exchange(ref _interrupted, 0);
        terminal.Error.Write(">>> ");
        while (await _lines.ReadAsync(cancellationToken))
        {
            if (Interlocked.Exchange(ref _interrupted, 0) != 0)
            {
                cell.Clear();
            }

            if (_lines.IsTooLong)
            {
                terminal.Say($"the line has more than {LineLimit:N0} bytes and was left out. Keep data in files or variables, not in source.");
            }

            string line = Encoding.UTF8.GetString(_lines.Line.Span).TrimEnd('\r');
            if (cell.Length > 0 || !string.IsNullOrWhiteSpace(line))
            {
                cell.Append(cell.Length > 0 ? "\n" : "").Append(line);
                string code = cell.ToString();
                if (await language.IsCompleteAsync(code, cancellationToken))
                {
                    return code;
                }
            }

            terminal.Error.Write(cell.Length == 0 ? ">>> " : "... ");
        }

        terminal.Error.WriteLine();
        return null;
    }

    public void Interrupt()
    {
        // The terminal has dropped what was typed of the line.
        Interlocked.Exchange(ref _interrupted, 1);
        terminal.Error.Write("\n>>> ");
    }
}
