using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Interpreter;
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

        Tell(PromptTemplate.Render(PromptText.UnfitAnswer, ("reason", mismatch)));
        return null;
    }

    /// <summary>False once for an answer that hardly anybody means, such as None; the message says why.</summary>
    private bool IsMeant(CellResult result)
    {
        if (result.AnswerFault is null || _isLastCall || _refusedUnmeant || _form?.FindMismatch(result.FinalAnswer!) is null && _form is not null)
        {
            return true;
        }

        _refusedUnmeant = true;
        return false;
    }

    /// <summary>Words for the model, once, for an answer that the reply states although its code printed something else; else null.</summary>
    private string? FindInvented(string answer, string? code, string reply)
    {
        if (_askedToLook || _isLastCall || (code is not null && !InventedOutput.IsStated(code, answer)) || !InventedOutput.Has(answer, _unseen.ToString(), reply))
        {
            return null;
        }

        _askedToLook = true;
        return "Your answer was not taken yet: you wrote it in the same reply as the code, before you could see the output above, and it does not stand there. Look at the output, then give the answer.";
    }

    private async ValueTask<string?> ResolveAsync(IReplEnvironment repl, ProseFinal final, string reply, bool sawOutput, CancellationToken cancellationToken)
    {
        if (!_isLastCall && !_askedWhetherQuoted && QuotedFinal.MayBe(final, reply))
        {
            _askedWhetherQuoted = true;
            Tell("FINAL(...) was found where it may only be quoted (indented, in tags, or between other words), so it was not taken. If it is your answer, write it once more, on a line of its own at the end of the reply.");
            return null;
        }

        if (!final.IsVariable && IsWholeJson(final.Argument))
        {
            return AcceptText(final.Argument, reply, sawOutput);
        }

        if (!final.IsLiteral || final.IsVariable)
        {
            if (PythonName.IsIdentifier(final.Argument))
            {
                string? rendered;
                try
                {
                    rendered = await repl.RenderVariableAsync(final.Argument, cancellationToken).ConfigureAwait(false);
                }
                catch (PythonException cause)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Tell($"The answer was not taken: the text of the variable '{final.Argument}' cannot be made ({cause.Message}). Give a value whose text can be read, or a part of it, or the answer itself: FINAL(your answer).");
                    return null;
                }

                catch (EngineWedgedException)
                {
                    _replLost = true;
                    return null;
                }

                if (rendered is not null)
                {
                    return TakeVariable(final.Argument, rendered);
                }

                if (final.IsVariable)
                {
                    Tell(TurnMessage.UnknownVariable(final.Argument, _variables));
                    return null;
                }
            }
            else if (final.IsVariable || ProseExpression.MayBe(final.Argument))
            {
                return await EvaluateAsync(repl, final, reply, sawOutput, cancellationToken).ConfigureAwait(false);
            }
        }

        return AcceptText(final.Argument, reply, sawOutput);
    }

    /// <summary>JSON is an answer as it stands: read as Python its numbers and keys would change.</summary>
    private static bool IsWholeJson(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string? TakeVariable(string name, string rendered)
    {
        if (name == DraftAnswer.VariableName && DraftAnswer.Read(rendered, out var isDraft) is var draft && isDraft)
        {
            if (draft is null)
            {
                Tell("FINAL(answer): the content of `answer` is empty, so there is no answer. Write the answer itself: FINAL(your answer).");
            }

            return draft;
        }

        var isNothing = rendered == "None" || string.IsNullOrWhiteSpace(rendered);
        if (!isNothing || _isLastCall || _refusedUnmeant || (_form is not null && _form.FindMismatch(rendered) is null))
        {
            return rendered;
        }

        _refusedUnmeant = true;
        Tell($"The answer was not taken: the variable '{name}' is {(rendered == "None" ? "None" : "empty")}. Give a variable that holds the answer, or the answer itself: FINAL(your answer).");
        return null;
    }

    private async ValueTask<string?> EvaluateAsync(IReplEnvironment repl, ProseFinal final, string reply, bool sawOutput, CancellationToken cancellationToken)
    {
        if (IsTooEarly(sawOutput))
        {
            return null;
        }

        var result = await RunCellAsync(repl, "FINAL(" + final.Argument + "\n)", cancellationToken).ConfigureAwait(false);
        if (result.FinalAnswer is not null)
        {
            if (IsMeant(result))
            {
                return result.FinalAnswer;
            }

            Tell(result.AnswerFault!);
            return null;
        }

        _replLost = result.Stopped == CellStop.Wedged;

        // The same text again: the model means it as it stands.
        if (!final.IsVariable && !_replLost && ((result.Error is { } error && ProseExpression.WasText(final.Argument, error, _variables)) || final.Argument == _notEvaluated))
        {
            return AcceptText(final.Argument, reply, sawOutput);
        }

        _notEvaluated = final.Argument;
        Tell(PromptText.FinalNotEvaluated);
        _message.AddCell(1, 1, result);
        return null;
    }

    private string? AcceptText(string text, string reply, bool sawOutput)
    {
        if (IsTooEarly(sawOutput))
        {
            return null;
        }

        if (FindInvented(text, code: null, reply) is not { } problem)
        {
            return text;
        }

        Tell(problem);
        return null;
    }

    // A model that answers before it has seen a single output is guessing: it is sent back once.
    private bool IsTooEarly(bool sawOutput)
    {
        if (!_hasContext || sawOutput || _refusedFinal)
        {
            return false;
        }

        _refusedFinal = true;
        Tell(PromptText.RefusedFinal);
        return true;
    }

    /// <summary>The words of a second refusal in a row, which ends the run; after the first the model is asked once more.</summary>
    private string? TakeRefusal(ParsedReply reply)
    {
        var words = ReplyWords.OfRefusal(_call.Reply!, reply.Visible);
        if (++_refusals == 2)
        {
            _isRefused = true;
            return words;
        }

        Tell(_call.Reply!.End == ReplyEnd.Filtered
            ? "The provider's content filter withheld your reply. Go on in other words; a second time ends the run."
            : "You refused, and nothing was run. Go on with what you can do for the question, or say in FINAL(...) what you cannot do and why; a second refusal ends the run.");
        return null;
    }

    /// <summary>Asks for the best answer; without an answer, or a budget for the call, takes the best there is.</summary>
    private async ValueTask<string> LastCallAsync(IReplEnvironment repl, string request, int turn, CancellationToken cancellationToken)
    {
        _messages.Add(new ChatMessage(ChatRole.User, _message.FinishLast(request)));
        _isLastCall = true;
        _refusedFinal = true;
        if (await AskAsync(turn, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            return await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? _lastText;
        }

        var said = reply.Final is { IsVariable: false } final ? final.Argument : null;
        var answer = _replLost ? said : await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false) ?? said;
        var best = answer ?? await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? _lastText;
        CloseTurn();
        return best;
    }

    private async ValueTask<string?> DraftAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        if (_replLost)
        {
            return null;
        }

        try
        {
            return DraftAnswer.Read(await repl.RenderVariableAsync(DraftAnswer.VariableName, cancellationToken).ConfigureAwait(false), out _);
        }
        catch (PythonException)
        {
            return null; // a draft whose text cannot be made is none
        }
        catch (EngineWedgedException)
        {
            _replLost = true;
            return null;
        }
    }
}
