using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>Runs the cells of a session that a person sees, and lets Ctrl+C stop one without the session.</summary>
internal sealed class CellRunner : IAsyncDisposable
{
    private const string Red = "\e[31m";
    private const string Plain = "\e[0m";

    private readonly EmbeddedRepl _repl;
    private readonly SubCallGate _models;
    private readonly LiveOutput _output;
    private readonly Terminal _terminal;
    private CancellationTokenSource? _running;
    private int _asked;

    private CellRunner(EmbeddedRepl repl, SubCallGate models, LiveOutput output, Terminal terminal)
    {
        _repl = repl;
        _models = models;
        _output = output;
        _terminal = terminal;
    }

    public EmbeddedRepl Repl => _repl;

    /// <summary>What the session's cells have made.</summary>
    public IReadOnlyList<ReplVariable> Variables { get; private set; } = [];

    /// <summary>True while a cell of the person's runs.</summary>
    public bool IsRunning => Volatile.Read(ref _running) is not null;

    /// <summary>The session cannot be used any more: code that nothing stops holds the interpreter.</summary>
    public bool IsLost { get; private set; }

    public static async Task<CellRunner> OpenAsync(ReplSessionOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        LiveOutput output = new(terminal, options.Limits.OutputCharacters);
        SubCallGate models = new(options.SubCalls!);
        EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(options with { SubCalls = models, Output = output.Take }, cancellationToken);
        return new CellRunner(repl, models, output, terminal);
    }

    /// <summary>Binds the variables of a file.</summary>
    public async Task RestoreAsync(string file, CancellationToken cancellationToken) =>
        Variables = (await VariableFile.RestoreAsync(_repl, file, cancellationToken)).Variables;

    /// <summary>Runs a cell and shows what it prints, its value and what went wrong.</summary>
    public async Task<CellResult> RunAsync(string code, CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Volatile.Write(ref _asked, 0);
        Volatile.Write(ref _running, running);
        CellResult result;
        try
        {
            result = await _repl.ExecuteAsync(new Cell(code), running.Token);
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }

        IsLost = result.Stopped == CellStop.Wedged;
        Variables = IsLost ? Variables : result.Variables;
        _output.End(result);
        return result;
    }

    /// <summary>Says what went wrong with a cell, and its answer.</summary>
    public void ShowEnd(CellResult result)
    {
        if (result.Stopped == CellStop.Cancelled)
        {
            if (_terminal.ErrorIsTerminal)
            {
                // Behind the ^C that the terminal has written.
                _terminal.Error.WriteLine();
            }

            Complain($"KeyboardInterrupt: the cell was stopped{(result.Error?.Line is { } line ? $" at line {line}" : "")}. The variables made before that are still there.\n");
        }
        else if (ProgramEnd.Of(result.Error) is { } end)
        {
            if (end.Text is { } text)
            {
                Complain($"{text}\n");
            }
        }
        else if (result.Error is { } error)
        {
            Complain(error.Traceback.Length > 0 ? error.Traceback : $"{error.Type}: {error.Message}\n");
        }

        if (result.FinalAnswer is { } answer)
        {
            _terminal.Error.WriteLine($"final answer: {Terminal.Clean(answer)}");
        }
    }

    /// <summary>Runs a cell of the tool's own, which prints nothing and calls no model.</summary>
    public async Task<CellResult> RunQuietlyAsync(Cell cell, CancellationToken cancellationToken)
    {
        _output.IsOn = false;
        _models.IsClosed = true;
        try
        {
            return await _repl.ExecuteAsync(cell, cancellationToken);
        }
        finally
        {
            _output.IsOn = true;
            _models.IsClosed = false;
        }
    }

    /// <summary>What Ctrl+C does while a cell runs. Any thread.</summary>
    /// <returns>False when none runs, or when it was asked often enough.</returns>
    public bool Interrupt()
    {
        if (Volatile.Read(ref _running) is not { } running)
        {
            return false;
        }

        switch (Interlocked.Increment(ref _asked))
        {
            case 1:
                Cancel(running);
                return true;
            case 2:
                _terminal.Say("the cell has not stopped yet. Ctrl+C once more ends rlm; the session's variables are lost then.");
                return true;
            default:
                return false;
        }
    }

    public ValueTask DisposeAsync() => _repl.DisposeAsync();

    private static void Cancel(CancellationTokenSource running)
    {
        try
        {
            running.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cell has just ended.
        }
    }

    private void Complain(string text)
    {
        string shown = _terminal.ErrorIsTerminal ? Terminal.Clean(text) : text;
        if (_terminal.ErrorHasColor)
        {
            // The last line says what happened.
            string body = shown.TrimEnd('\n');
            int last = body.LastIndexOf('\n') + 1;
            shown = $"{body[..last]}{Red}{body[last..]}{Plain}\n";
        }

        _terminal.Error.Write(shown);
    }
}
