using System.Text;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>`rlm repl` for people: a prompt on a terminal; a whole program when stdin is piped.</summary>
internal sealed class InteractiveRepl(ReplSessionOptions options, VariablePaths variables, Terminal terminal)
{
    private const int LineLimit = 16 << 20;

    public async Task<int> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(options, cancellationToken);
        if (repl.Context.Note is { } note)
        {
            terminal.Say(note);
        }

        if (variables.Restore is { } from)
        {
            await VariableFile.RestoreAsync(repl, from, cancellationToken);
        }

        int code = Terminal.InIsTerminal ? await ConverseAsync(repl, input, cancellationToken) : await RunProgramAsync(repl, input, cancellationToken);
        if (variables.Save is { } to)
        {
            await VariableFlags.TellAsync(VariableFile.SaveAsync(repl, to, cancellationToken), to, terminal);
        }

        return code;
    }

    private async Task<int> ConverseAsync(EmbeddedRepl repl, Stream input, CancellationToken cancellationToken)
    {
        await using CompleteCode complete = await CompleteCode.OpenAsync(cancellationToken);
        terminal.Error.WriteLine($"context: {repl.Context.Type} of {repl.Context.Characters:N0} characters. End with exit() or Ctrl+D.");
        LineReader lines = new(input, LineLimit);
        StringBuilder cell = new();
        terminal.Error.Write(">>> ");
        while (await lines.ReadAsync(cancellationToken))
        {
            string line = Encoding.UTF8.GetString(lines.Line.Span).TrimEnd('\r');
            if (cell.Length > 0 || !string.IsNullOrWhiteSpace(line))
            {
                cell.Append(line).Append('\n');
                if (await complete.IsCompleteAsync(cell.ToString(), cancellationToken))
                {
                    CellResult result = await repl.ExecuteAsync(new Cell(cell.ToString()), cancellationToken);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (result.Error?.Type == "SystemExit")
                    {
                        return ExitCode.Done;
                    }

                    Show(result);
                    cell.Clear();
                }
            }

            terminal.Error.Write(cell.Length == 0 ? ">>> " : "... ");
        }

        terminal.Error.WriteLine();
        return ExitCode.Done;
    }

    private async Task<int> RunProgramAsync(EmbeddedRepl repl, Stream input, CancellationToken cancellationToken)
    {
        using StreamReader reader = new(input, Encoding.UTF8);
        string program = await reader.ReadToEndAsync(cancellationToken).WaitAsync(cancellationToken);
        CellResult result = await repl.ExecuteAsync(new Cell(program), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Show(result);
        return result.Stopped != CellStop.None ? ExitCode.LimitReached : result.Error is null ? ExitCode.Done : ExitCode.Unexpected;
    }

    private void Show(CellResult result)
    {
        terminal.Out.Write(terminal.OutIsTerminal ? Terminal.Clean(result.Stdout) : result.Stdout);
        string error = result.Stderr + result.Error?.Traceback;
        terminal.Error.Write(terminal.ErrorIsTerminal ? Terminal.Clean(error) : error);
        if (result.FinalAnswer is { } answer)
        {
            terminal.Error.WriteLine($"final answer: {Terminal.Clean(answer)}");
        }
    }
}
