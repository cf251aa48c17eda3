using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <content>What counts as the answer, and the best there is when a limit is reached.</content>
internal sealed partial class RlmRun
{
    /// <summary>An answer of the form that was asked for, or one for which nobody will ask again; else null, and the model is told why.</summary>
    private string? TakeFitting(string? answer)
    {
        if (answer is null || _form?.FindMismatch(answer) is not { } mismatch || ++_mismatches > _scope.Options.SchemaRetries)
        {
            return answer;
        }

        _message.AddNotice(PromptTemplate.Render(PromptText.UnfitAnswer, ("reason", mismatch)));
        return null;
    }

    private async ValueTask<string?> ResolveAsync(IReplEnvironment repl, ProseFinal final, bool sawOutput, CancellationToken cancellationToken)
    {
        if (_form?.IsJson(final.Argument) is true)
        {
            return AcceptText(final.Argument, sawOutput);
        }

        if (!final.IsLiteral || final.IsVariable)
        {
            if (PythonName.IsIdentifier(final.Argument))
            {
                var rendered = await repl.RenderVariableAsync(final.Argument, cancellationToken).ConfigureAwait(false);
                if (rendered is not null)
                {
                    return final.Argument == DraftAnswer.VariableName && DraftAnswer.Read(rendered, out var isDraft) is var draft && isDraft ? draft ?? "" : rendered;
                }

                if (final.IsVariable)
                {
                    _message.AddUnknownVariable(final.Argument, _variables);
                    return null;
                }
            }
            else if (final.IsVariable || IsExpression(final.Argument))
            {
                return await EvaluateAsync(repl, final, sawOutput, cancellationToken).ConfigureAwait(false);
            }
        }

        return AcceptText(final.Argument, sawOutput);
    }

    private async ValueTask<string?> EvaluateAsync(IReplEnvironment repl, ProseFinal final, bool sawOutput, CancellationToken cancellationToken)
    {
        if (AcceptText(final.Argument, sawOutput) is null)
        {
            return null;
        }

        var result = await RunCellAsync(repl, "FINAL(" + final.Argument + "\n)", cancellationToken).ConfigureAwait(false);
        if (result.FinalAnswer is null)
        {
            _message.AddNotice(PromptText.FinalNotEvaluated);
            _message.AddCell(1, 1, result);
            _replLost = result.Stopped == CellStop.Wedged;
        }

        return result.FinalAnswer;
    }

    // A model that answers before it has seen a single output is guessing: it is sent back once.
    private string? AcceptText(string text, bool sawOutput)
    {
        if (!_hasContext || sawOutput || _refusedFinal)
        {
            return text;
        }

        _refusedFinal = true;
        _message.AddNotice(PromptText.RefusedFinal);
        return null;
    }

    /// <summary>Asks for the best answer; without an answer, or a budget for the call, takes the best there is.</summary>
    private async ValueTask<string> LastCallAsync(IReplEnvironment repl, string request, int turn, CancellationToken cancellationToken)
    {
        _messages.Add(new ChatMessage(ChatRole.User, _message.FinishLast(request)));
        _refusedFinal = true;
        if (await AskAsync(turn, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            return await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? _lastText;
        }

        var said = reply.Final is { IsVariable: false } final ? final.Argument : null;
        var answer = _replLost ? said : await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false) ?? said;
        var isPlainText = !string.IsNullOrWhiteSpace(reply.Visible) && reply.Blocks.Count == 0 && reply.Final is null;
        if (answer is null && !isPlainText)
        {
            answer = await DraftAsync(repl, cancellationToken).ConfigureAwait(false);
        }

        CloseTurn();
        return answer ?? _lastText;
    }

    private async ValueTask<string?> DraftAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        if (_replLost)
        {
            return null;
        }

        var rendered = await repl.RenderVariableAsync(DraftAnswer.VariableName, cancellationToken).ConfigureAwait(false);
        return DraftAnswer.Read(rendered, out _);
    }

    // "x + 1" or "Paris, France" is text; what indexes, calls or formats is meant to be computed.
    private static bool IsExpression(string argument) =>
        argument.AsSpan().IndexOfAny("([\"'") >= 0 && PythonShape.Matches("_ = " + argument);
}
