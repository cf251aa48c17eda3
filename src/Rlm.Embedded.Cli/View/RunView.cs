using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.View;

/// <summary>Shows a run as it happens, on stderr: the model's words as they arrive on a terminal, one line an event when piped.</summary>
internal sealed class RunView(Terminal terminal, bool verbose)
{
    private const string Dim = "\e[2m";
    private const string Bold = "\e[1m";
    private const string Red = "\e[31m";
    private const string Plain = "\e[0m";

    private readonly Waiting _waiting = new(terminal);
    private readonly bool _color = terminal.ErrorHasColor;
    private bool _midLine;

    /// <summary>A line of our own.</summary>
    public void Line(string text)
    {
        EndLine();
        terminal.Error.WriteLine(ToolWords.Of(text));
    }

    /// <summary>Shows all events and returns the result of the last.</summary>
    public async Task<RlmResult> WatchAsync(IAsyncEnumerable<RlmEvent> events, CancellationToken cancellationToken)
    {
        RlmResult? result = null;
        try
        {
            await using IAsyncEnumerator<RlmEvent> next = events.GetAsyncEnumerator(cancellationToken);
            bool inCell = false;
            while (await NextAsync(next.MoveNextAsync(), inCell))
            {
                RlmEvent happened = next.Current;
                inCell = happened is RlmEvent.CellStarted or RlmEvent.CellOutput or RlmEvent.SubCallEnded;
                Show(happened);
                result = happened is RlmEvent.RunEnded { Depth: 0 } ended ? ended.Result : result;
            }
        }
        finally
        {
            EndLine();
        }

        return result ?? throw new RlmException("The run ended without a result. Please report it.");
    }

    /// <summary>Waits for something and says meanwhile that it does.</summary>
    public Task<T> WhileAsync<T>(Task<T> work, string what)
    {
        EndLine();
        return _waiting.ForAsync(work, what);
    }

    private ValueTask<bool> NextAsync(ValueTask<bool> next, bool inCell) =>
        next.IsCompleted ? next : new ValueTask<bool>(_waiting.ForAsync(next.AsTask(), inCell ? "the cell is running" : "waiting for the model", EndLine));

    private static string Indent(RlmEvent happened) => new(' ', happened.Depth * 2);

    private static string Outcome(CellResult result)
    {
        string printed = result.Stdout.Length > 0 ? $", printed {result.Stdout.Length:N0} characters" : "";
        string ended = result.Stopped != CellStop.None ? $"stopped ({result.Stopped.ToString().ToLowerInvariant()})"
            : result.Error is { } error ? $"{error.Type}: {FirstLine(error.Message)}"
            : result.FinalAnswer is not null ? "final answer"
            : "done";
        return $"{ended} in {Durations.Show(result.Elapsed - result.SubCallTime)}{printed}";
    }

    private static string FirstLine(string text)
    {
        string line = text.Split('\n', 2)[0];
        return line.Length > 160 ? line[..160] + "..." : line;
    }

    private void Show(RlmEvent happened)
    {
        string indent = Indent(happened);
        switch (happened)
        {
            case RlmEvent.TurnStarted turn:
                Line($"{indent}{Style(Bold, turn.Turn > turn.MaxTurns ? "last call" : $"turn {turn.Turn}/{turn.MaxTurns}")}");
                break;
            case RlmEvent.Compacted compacted:
                Line($"{indent}  {compacted.Compaction.Messages} messages of about {compacted.Compaction.TokensBefore:N0} tokens summarised in {Durations.Show(compacted.Compaction.Elapsed)}");
                break;
            case RlmEvent.TextDelta delta when happened.Depth == 0 && terminal.ErrorIsTerminal:
                Stream(delta.Text);
                break;
            case RlmEvent.Replied reply:
                Block(indent, !terminal.ErrorIsTerminal && verbose ? reply.Text : "");
                if (reply.End == ReplyEnd.Cut)
                {
                    Line($"{indent}  the reply met the limit of output tokens and broke off (--max-output-tokens)");
                }

                break;
            case RlmEvent.Noticed notice when verbose:
                Line($"{indent}  told to the model: {Terminal.Clean(notice.Notice)}");
                break;
            case RlmEvent.CellEnded cell:
                Line($"{indent}  cell {cell.Cell}: {Style(cell.Result.Error is null ? "" : Red, Terminal.Clean(Outcome(cell.Result)))}");
                if (verbose)
                {
                    Block(indent, cell.Result.Stdout);
                    Block(indent, cell.Result.Stderr + cell.Result.Error?.Traceback);
                }

                break;
            case RlmEvent.SubCallEnded call:
                string error = call.SubCall.Error is { } message ? $", {message}" : "";
                Line($"{indent}  sub-call to {call.SubCall.Model}: {call.SubCall.Call.Prompt.Length:N0} characters in, {call.SubCall.Response.Length:N0} out, {Durations.Show(call.SubCall.Elapsed)}{Terminal.Clean(error)}");
                break;
        }
    }

    private void Stream(string text)
    {
        if (text.Length > 0)
        {
            terminal.Error.Write(Style(Dim, Terminal.Clean(text)));
            _midLine = text[^1] != '\n';
        }
    }

    private void Block(string indent, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        EndLine();
        foreach (string line in Terminal.Clean(text).TrimEnd('\n').Split('\n'))
        {
            terminal.Error.WriteLine($"{indent}  | {line}");
        }
    }

    private string Style(string code, string text) => _color && code.Length > 0 ? $"{code}{text}{Plain}" : text;

    private void EndLine()
    {
        if (_midLine)
        {
            terminal.Error.WriteLine();
            _midLine = false;
        }
    }
}
