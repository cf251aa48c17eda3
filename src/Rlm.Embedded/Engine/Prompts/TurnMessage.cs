using System.Text;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>Writes the user message that follows a turn. Reused from turn to turn.</summary>
internal sealed class TurnMessage(RlmOptions options)
{
    private const int VariablesShown = 50;
    private readonly StringBuilder _text = new(256);
    private bool _keptIsUnsaid;

    public void Begin() => _text.Clear();

    /// <summary>Adds what came of a cell.</summary>
    public void AddCell(int number, int count, CellResult result)
    {
        StartParagraph();
        _text.Append("REPL output");
        if (count > 1)
        {
            _text.Append(" of block ").Append(number).Append(" of ").Append(count);
        }

        _text.Append(":\n");
        var body = _text.Length;
        AddStream("", result.Stdout);
        AddStream("stderr:\n", result.Stderr);
        AddError(result);
        if (_text.Length == body)
        {
            _text.Append("(nothing was printed)\n");
        }

        if (result.NewVariables.Count > 0)
        {
            _text.Append("New variables: ");
            AddVariables(_text, result.NewVariables);
            _text.Append('\n');
        }
    }

    /// <summary>What was not done because the last cell failed.</summary>
    public IEnumerable<string> Skipped(int blocks, bool final)
    {
        if (blocks > 0)
        {
            yield return (blocks == 1 ? "Because of the error, the block after it was not run." : $"Because of the error, the {blocks} blocks after it were not run.")
                + (_keptIsUnsaid ? " Variables assigned before the error are kept." : "");
        }

        if (final)
        {
            yield return "Because of the error, the final answer in your reply was not taken.";
        }
    }

    /// <summary>Words for an answer that names a variable that is not there.</summary>
    public static string UnknownVariable(string name, IReadOnlyList<ReplVariable> variables)
    {
        var text = new StringBuilder().Append("FINAL_VAR: there is no variable named '").Append(name).Append("'. ");
        if (variables.Count == 0)
        {
            return text.Append("The REPL has no variables of yours yet.").ToString();
        }

        text.Append("Your variables: ");
        AddVariables(text, variables);
        return text.Append(". Give FINAL_VAR one of them, or FINAL a value.").ToString();
    }

    /// <summary>Says why sub-calls were refused, as far as code has not printed it.</summary>
    public void AddRefusal(LimitReached refused)
    {
        var said = _text.ToString();
        if (!said.Contains($"{refused.What}. {refused.Advice}", StringComparison.Ordinal))
        {
            AddNotice(said.Contains(refused.What, StringComparison.Ordinal) ? refused.Advice : $"Sub-calls were refused: {refused.What}. {refused.Advice}");
        }
    }

    public void AddNotice(string text)
    {
        StartParagraph();
        _text.Append(text).Append('\n');
    }

    /// <summary>The message, for a turn that follows.</summary>
    /// <param name="nextTurn">Its number.</param>
    /// <param name="budget">What is left, or empty.</param>
    public string Finish(int nextTurn, string budget)
    {
        StartParagraph();
        var maxTurns = options.MaxTurns;
        _text.Append("Turn ").Append(nextTurn).Append('/').Append(maxTurns).Append('.');
        if ((nextTurn - 1) * 2 >= maxTurns)
        {
            var left = maxTurns - nextTurn + 1;
            _text.Append(left == 1 ? " This is the last turn: give your final answer." : $" {left} turns are left, this one included.");
        }

        if (budget.Length > 0)
        {
            _text.Append(' ').Append(budget);
        }

        return _text.ToString();
    }

    /// <summary>The message, for a last call.</summary>
    public string FinishLast(string request)
    {
        StartParagraph();
        return _text.Append(request).ToString();
    }

    private void AddStream(string title, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        _text.Append(title);
        OutputCut.Append(_text, text, options.ReplLimits.OutputCharacters);
        if (_text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }

    /// <summary>What ended the cell, once: the session's words where it has some, and what to do.</summary>
    private void AddError(CellResult result)
    {
        var (what, remedy) = result.Stopped switch
        {
            CellStop.Timeout => ("it ran too long", "Do less in one cell: work on a part of the material, and see that loops end."),
            CellStop.Memory => ("it used too much memory", "Work on smaller pieces, and `del` what you no longer need."),
            CellStop.HostCalls => ("it made too many calls", "Make fewer calls in one cell, about larger pieces."),
            CellStop.Output => ("it printed too much", "Print counts and slices."),
            CellStop.Cancelled => ("it was cancelled", ""),
            _ => ("", ""),
        };
        var error = result.Error;
        _keptIsUnsaid = result.Stopped == CellStop.None && error is { NothingRan: false };
        if (result.Stopped == CellStop.Wedged)
        {
            AddLine("The cell could not be stopped, and the REPL is lost with all its variables.");
            return;
        }

        if (error is { Traceback.Length: > 0 })
        {
            AddStream("", error.Traceback);
        }
        else if (error is not null)
        {
            AddLine($"{error.Type}: {error.Message}");
        }
        else if (what.Length > 0)
        {
            AddLine($"The cell was stopped: {what}. Variables assigned before that are kept.");
        }

        AddLine(error is { NothingRan: true } ? "Nothing of this block was run: no variable has changed. Correct it and send the whole block again." : remedy);
    }

    private void AddLine(string text)
    {
        if (text.Length > 0)
        {
            _text.Append(text).Append('\n');
        }
    }

    private static void AddVariables(StringBuilder text, IReadOnlyList<ReplVariable> variables)
    {
        var shown = Math.Min(variables.Count, VariablesShown);
        for (var i = 0; i < shown; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(variables[i].Name).Append(" (").Append(variables[i].Kind).Append(')');
        }

        if (shown < variables.Count)
        {
            text.Append(" and ").Append(variables.Count - shown).Append(" more");
        }
    }

    private void StartParagraph()
    {
        if (_text.Length > 0)
        {
            _text.Append('\n');
        }
    }
}
