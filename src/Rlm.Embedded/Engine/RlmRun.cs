using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>One run: the loop of root call, cells and REPL output. Used once.</summary>
internal sealed class RlmRun
{
    private readonly RunScope _scope;
    private readonly RlmContext _context;
    private readonly string _question;
    private readonly int _depth;
    private readonly ModelRoute _root;
    private readonly UsageLedger _ledger;
    private readonly SubCalls _subCalls;
    private readonly RunClock _times;
    private readonly TurnMessage _message;
    private readonly List<ChatMessage> _messages = new(8);
    private readonly List<RlmTurn> _turns = new(4);
    private readonly AnswerForm? _form;
    private TurnInProgress? _turn;
    private IReadOnlyList<ReplVariable> _variables = [];
    private bool _hasContext;
    private bool _hasSeenOutput;
    private bool _refusedFinal;
    private bool _replLost;
    private int _turnsTaken;
    private int _sent;
    private int _mismatches;
    private string _lastText = "";

    public RlmRun(RunScope scope, RlmContext context, string question, AnswerForm? form = null)
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, parent: null, form)
    {
    }

    /// <summary>Makes a child.</summary>
    public RlmRun(RunScope scope, RlmContext context, string question, int depth, ModelRoute root, UsageLedger? parent, AnswerForm? form = null)
    {
        _scope = scope;
        _context = context;
        _question = question;
        _depth = depth;
        _root = root;
        _form = form;
        _ledger = new UsageLedger(parent);
        _subCalls = new SubCalls(scope, _ledger, depth);
        _times = new RunClock(scope.Clock);
        _message = new TurnMessage(scope.Options);
    }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _scope.Feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, _scope.Options.MaxTurns) { Depth = _depth });
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var repl = await OpenAsync(cancellationToken).ConfigureAwait(false);
            RunOutcome outcome;
            await using (repl.ConfigureAwait(false))
            {
                outcome = await LoopAsync(repl, cancellationToken).ConfigureAwait(false);
            }

            var result = Result(outcome.Reason, outcome.Text);
            _scope.Setup.Logger?.RunEnded(outcome.Reason, result.Turns, result.Usage.Calls, result.Times.Total.TotalMilliseconds);
            _scope.Feed?.Write(new RlmEvent.RunEnded(result) { Depth = _depth });
            return result;
        }
        catch (OperationCanceledException cause) when (cancellationToken.IsCancellationRequested)
        {
            throw new RlmCanceledException(cause, Result(StopReason.Cancelled, _lastText), cancellationToken);
        }
    }

    private async ValueTask<IReplEnvironment> OpenAsync(CancellationToken cancellationToken)
    {
        var started = _scope.Clock.GetTimestamp();
        var options = new ReplSessionOptions
        {
            Context = _context,
            SubCalls = _subCalls,
            Limits = _scope.Options.ReplLimits,
            Profile = _scope.Options.SandboxProfile,
            Tools = _scope.Setup.ToolsAt(_depth),
        };
        var repl = await ReplOpener.OpenAsync(_scope.Options, options, cancellationToken).ConfigureAwait(false);
        _times.ContextLoad = _scope.Clock.GetElapsedTime(started);
        return repl;
    }

    private async ValueTask<RunOutcome> LoopAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        var description = ContextDescription.Of(repl.Context);
        _hasContext = !description.IsEmpty;
        _messages.Add(new ChatMessage(ChatRole.System, _scope.Setup.SystemPromptAt(_depth)));
        _messages.Add(new ChatMessage(ChatRole.User, TaskPrompt.Render(_form is null ? _question : $"{_question}\n\n{_form.Instruction}", description, _scope.Options.MaxTurns)));
        for (var turn = 1; ; turn++)
        {
            var reply = await AskAsync(turn, cancellationToken).ConfigureAwait(false);
            _turnsTaken = turn;
            var answer = TakeFitting(await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false));
            CloseTurn();
            if (answer is not null)
            {
                return new RunOutcome(_mismatches > _scope.Options.SchemaRetries ? StopReason.UnfitAnswer : StopReason.FinalAnswer, answer);
            }

            if (_replLost || turn == _scope.Options.MaxTurns)
            {
                var reason = _replLost ? StopReason.ReplLost : StopReason.Turns;
                return new RunOutcome(reason, await LastCallAsync(repl, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            _messages.Add(new ChatMessage(ChatRole.User, _message.Finish(turn + 1)));
        }
    }

    private async ValueTask<ParsedReply> AskAsync(int turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = _scope.Clock;
        var started = clock.GetTimestamp();
        _turn = new TurnInProgress(turn, _messages.GetRange(_sent, _messages.Count - _sent), clock.GetUtcNow(), started);
        _sent = _messages.Count;
        _scope.Feed?.Write(new RlmEvent.TurnStarted(turn, _scope.Options.MaxTurns) { Depth = _depth });
        ModelReply reply;
        try
        {
            reply = _scope.Feed is { } feed
                ? await RootCall.StreamAsync(_root, _messages, feed, turn, _depth, cancellationToken).ConfigureAwait(false)
                : ModelReply.From(await RootCall.AskAsync(_root, _messages, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception cause)
        {
            CountFailure(started);
            if (cause is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn);
            throw new RlmModelException($"The root model '{_root.Name}' failed in turn {turn}: {cause.Message} See Partial for what was known until then.", cause, Result(StopReason.ModelFailed, _lastText));
        }

        var elapsed = clock.GetElapsedTime(started);
        _times.Model += elapsed;
        _ledger.AddCall(_root.Name, reply);
        var parsed = ResponseParser.Parse(reply.Text);
        _turn.Reply = reply.Text;
        _turn.Reasoning = Join(reply.Reasoning, parsed.Reasoning);
        _turn.Tokens = reply.Tokens;
        _turn.ModelTime = elapsed;
        _scope.Feed?.Write(new RlmEvent.Replied(turn, reply.Text, reply.Tokens, elapsed) { Depth = _depth });

        // Thinking is not sent back. Some providers reject an empty message, so a reply of nothing else leaves a mark.
        var isEmpty = string.IsNullOrWhiteSpace(parsed.Visible);
        _messages.Add(new ChatMessage(ChatRole.Assistant, isEmpty ? "(empty reply)" : parsed.Visible));
        _lastText = isEmpty ? _lastText : parsed.Visible.Trim();
        return parsed;
    }

    private void CountFailure(long started)
    {
        _times.Model += _scope.Clock.GetElapsedTime(started);
        _ledger.AddCall(_root.Name, reply: null);
    }

    /// <summary>Does what a reply says; the answer, or null with <see cref="_message"/> saying what happened.</summary>
    private async ValueTask<string?> ActAsync(IReplEnvironment repl, ParsedReply reply, CancellationToken cancellationToken)
    {
        _message.Begin();
        var sawOutput = _hasSeenOutput;
        var blocks = reply.Blocks;
        for (var i = 0; i < blocks.Count; i++)
        {
            var result = await RunCellAsync(repl, blocks[i], cancellationToken).ConfigureAwait(false);
            _hasSeenOutput = true;
            if (result.FinalAnswer is { } answer)
            {
                return answer;
            }

            _message.AddCell(i + 1, blocks.Count, result);
            if (result.Error is not null || result.Stopped != CellStop.None)
            {
                _replLost = result.Stopped == CellStop.Wedged;
                _message.AddSkipped(blocks.Count - i - 1, reply.Final is not null);
                return null;
            }
        }

        if (reply.Final is { } final)
        {
            return await ResolveAsync(repl, final, sawOutput, cancellationToken).ConfigureAwait(false);
        }

        if (blocks.Count == 0)
        {
            _message.AddNotice(string.IsNullOrWhiteSpace(reply.Visible) ? PromptText.EmptyReply : PromptText.NoCode);
        }

        return null;
    }

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

    private async ValueTask<CellResult> RunCellAsync(IReplEnvironment repl, string code, CancellationToken cancellationToken)
    {
        var turn = _turn!;
        var number = turn.CellCount + 1;
        _scope.Feed?.Write(new RlmEvent.CellStarted(turn.Number, number, code) { Depth = _depth });
        var result = await repl.ExecuteAsync(new Cell(code), cancellationToken).ConfigureAwait(false);
        turn.Add(new RlmCell(code, result, _subCalls.TakeRecords()));
        _times.Cells += result.Elapsed - result.SubCallTime;
        _times.Model += result.SubCallTime;
        _variables = result.Variables;
        _scope.Feed?.Write(new RlmEvent.CellEnded(turn.Number, number, result) { Depth = _depth });
        if (result.Stopped == CellStop.Cancelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return result;
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

    private async ValueTask<string> LastCallAsync(IReplEnvironment repl, int turn, CancellationToken cancellationToken)
    {
        _messages.Add(new ChatMessage(ChatRole.User, _message.FinishLast(_replLost ? PromptText.ReplLost : PromptText.LastCall)));
        var before = _lastText;
        _lastText = "";
        var reply = await AskAsync(turn, cancellationToken).ConfigureAwait(false);
        _refusedFinal = true;
        var said = reply.Final is { IsVariable: false } final ? final.Argument : null;
        var answer = _replLost ? said : await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false) ?? said;
        var isPlainText = _lastText.Length > 0 && reply.Blocks.Count == 0 && reply.Final is null;
        if (answer is null && !isPlainText && !_replLost)
        {
            answer = DraftAnswer.Read(await repl.RenderVariableAsync(DraftAnswer.VariableName, cancellationToken).ConfigureAwait(false), out _);
        }

        CloseTurn();
        return answer ?? (_lastText.Length > 0 ? _lastText : before);
    }

    private void CloseTurn()
    {
        if (_turn is { } turn)
        {
            _turns.Add(turn.Close(_scope.Clock));
            _turn = null;
        }
    }

    private RlmResult Result(StopReason reason, string text)
    {
        CloseTurn();
        return new RlmResult
        {
            Text = text,
            StopReason = reason,
            Usage = _ledger.Snapshot(),
            Turns = _turnsTaken,
            Trajectory = _turns,
            Times = _times.Read(),
        };
    }

    // "x + 1" or "Paris, France" is text; what indexes, calls or formats is meant to be computed.
    private static bool IsExpression(string argument) =>
        argument.AsSpan().IndexOfAny("([\"'") >= 0 && PythonShape.Matches("_ = " + argument);

    private static string Join(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : first + "\n\n" + second;
}
