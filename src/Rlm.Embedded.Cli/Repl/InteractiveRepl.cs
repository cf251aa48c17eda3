using System.Text;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Repl.Editing;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>`rlm repl` for people: a prompt on a terminal; a whole program when stdin is piped.</summary>
internal sealed class InteractiveRepl(ReplSettings settings, Terminal terminal, Interruption interruption)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using CellRunner session = await CellRunner.OpenAsync(settings.Session, terminal, cancellationToken);
        if (session.Repl.Context.Note is { } note)
        {
            terminal.Say(note);
        }

        if (settings.Variables.Restore is { } from)
        {
            await session.RestoreAsync(from, cancellationToken);
        }

        try
        {
            return Terminal.InIsTerminal ? await ConverseAsync(session, cancellationToken) : await RunProgramAsync(session, cancellationToken);
        }
        finally
        {
            // However it ended.
            if (settings.Variables.Save is { } to && !session.IsLost)
            {
                await VariableFlags.TellAsync(VariableFile.SaveAsync(session.Repl, to, CancellationToken.None), to, terminal);
            }
        }
    }

    private async Task<int> ConverseAsync(CellRunner session, CancellationToken cancellationToken)
    {
        await using SessionLanguage language = await SessionLanguage.OpenAsync(session, cancellationToken);
        using RawTerminal? keyboard = terminal.ErrorCanRewrite && OperatingSystem.IsLinux() ? RawTerminal.Open() : null;
        ICellPrompt prompt = keyboard is not null && OperatingSystem.IsLinux()
            ? new CellEditor(keyboard, terminal.Error.Write, OpenHistory(), language)
            : new LinePrompt(Terminal.OpenIn(), terminal, language);
        using IDisposable diverted = interruption.Divert(() =>
        {
            if (session.IsRunning)
            {
                return session.Interrupt();
            }

            prompt.Interrupt();
            return true;
        });
        Greet(session, language, keyboard is not null);
        while (await prompt.ReadAsync(cancellationToken) is { } code)
        {
            if (code.Trim() is "exit" or "quit" && session.Variables.All(variable => variable.Name != code.Trim()))
            {
                break;
            }

            CellResult result = await session.RunAsync(code, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            session.ShowEnd(result);
            if (ProgramEnd.Of(result.Error) is { } end)
            {
                return end.Code;
            }

            if (session.IsLost)
            {
                return ExitCode.LimitReached;
            }
        }

        return ExitCode.Done;
    }

    private async Task<int> RunProgramAsync(CellRunner session, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using IDisposable diverted = interruption.Divert(() =>
        {
            bool isFirst = !ended.IsCancellationRequested;
            ended.Cancel();
            return isFirst;
        });
        try
        {
            using StreamReader reader = new(Terminal.OpenIn(), Encoding.UTF8);
            string program = await reader.ReadToEndAsync(ended.Token).WaitAsync(ended.Token);
            CellResult result = await session.RunAsync(program, ended.Token);
            session.ShowEnd(result);
            ended.Token.ThrowIfCancellationRequested();
            return result.Stopped != CellStop.None ? ExitCode.LimitReached
                : ProgramEnd.Of(result.Error) is { } end ? end.Code
                : result.Error is null ? ExitCode.Done : ExitCode.Unexpected;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            terminal.Say("interrupted");
            return ExitCode.Interrupted;
        }
    }

    private History OpenHistory()
    {
        History history = History.Open(settings.History);
        if (history.Problem is { } problem)
        {
            terminal.Say(problem);
        }

        return history;
    }

    private void Greet(CellRunner session, SessionLanguage language, bool edits)
    {
        ContextInfo context = session.Repl.Context;
        terminal.Error.WriteLine($"Python {language.PythonVersion}, profile {settings.Session.Profile.ToString().ToLowerInvariant()}");
        terminal.Error.WriteLine($"context: {context.Type} of {context.Characters:N0} {(context.Characters == 1 ? "character" : "characters")}");
        terminal.Error.WriteLine(settings.Model is { } model ? $"llm_query asks {Terminal.Clean(model)}" : "llm_query echoes its prompt (there is no --model)");
        terminal.Error.WriteLine($"Ctrl+C stops a cell{(edits ? ", Tab completes" : "")}, exit or Ctrl+D ends");
    }
}
