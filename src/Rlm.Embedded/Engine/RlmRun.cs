using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>One run: the loop of root call, cells and REPL output. Used once.</summary>
internal sealed class RlmRun
{
    private static readonly TimeSpan DraftGrace = TimeSpan.FromSeconds(1);
    private readonly RunScope _scope;
    private readonly RlmContext _context;
    private readonly string _question;
    private readonly int _depth;
    private readonly ModelRoute _root;
    private readonly ModelRole _role;
    private readonly UsageLedger _ledger;
    private readonly RunLimits _limits;
    private readonly SubCalls _subCalls;
    private readonly RunClock _times;
    private readonly TurnMessage _message;
    private readonly List<ChatMessage> _messages = new(8);
    private readonly List<RlmTurn> _turns = new(4);
    private TurnInProgress? _turn;
    private CallOutcome _call;
    private IReadOnlyList<ReplVariable> _variables = [];
    private bool _hasContext;
    private bool _hasSeenOutput;
    private bool _refusedFinal;
    private bool _replLost;
    private int _turnsTaken;
    private int _sent;
    private string _lastText = "";

    public RlmRun(RunScope scope, RlmContext context, string question)
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, new UsageLedger(scope.Options))
    {
    }

    /// <summary>Makes a child.</summary>
    public RlmRun(RunScope scope, RlmContext context, string question, int depth, ModelRoute root, UsageLedger ledger)
    {
        _scope = scope;
        _context = context;
        _question = question;
        _depth = depth;
        _root = root;
        _role = depth == 0 ? ModelRole.Root : ModelRole.Sub;
        _ledger = ledger;
        _limits = new RunLimits(scope.Options, ledger, _role);
        _subCalls = new SubCalls(scope, _ledger, depth);
        _times = new RunClock(scope.Clock);
        _message = new TurnMessage(scope.Options);
    }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _scope.Feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, _scope.Options.MaxTurns) { Depth = _depth });
        using var deadline = _depth == 0 ? _scope.StartClock(cancellationToken) : null;
        RunOutcome outcome;
        try
        {
            outcome = await OutcomeAsync(deadline?.Token ?? cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (cancellationToken.IsCancellationRequested)
        {
            throw new RlmCanceledException(cause, Result(new RunOutcome(StopReason.Cancelled, _lastText)), cancellationToken);
        }
        catch (OperationCanceledException) when (deadline is { HasPassed: true })
        {
            outcome = new RunOutcome(deadline.Reached, _lastText); // there was no session yet
        }

        var result = Result(outcome);
        _scope.Setup.Logger?.RunEnded(outcome.Reason, result.Turns, result.Usage.Calls, result.Times.Total.TotalMilliseconds);
        _scope.Feed?.Write(new RlmEvent.RunEnded(result) { Depth = _depth });
        return outcome.LimitNote is not null && _depth == 0 && _scope.Options.ThrowOnLimit ? throw new RlmLimitException(result) : result;
    }

    private async ValueTask<RunOutcome> OutcomeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_ledger.Refusal(_role) is { } refused)
        {
            return new RunOutcome(refused, "");
        }

        var repl = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (repl.ConfigureAwait(false))
        {
            try
            {
                return await LoopAsync(repl, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_depth == 0 && _scope.Deadline is { HasPassed: true })
            {
                using var grace = new CancellationTokenSource(DraftGrace, _scope.Clock);
                return new RunOutcome(_scope.Deadline.Reached, await DraftAsync(repl, grace.Token).ConfigureAwait(false) ?? _lastText);
            }
            finally
            {
                await _subCalls.EndedAsync().ConfigureAwait(false);
            }
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
        };
        var repl = await ReplOpener.OpenAsync(_scope.Options, options, cancellationToken).ConfigureAwait(false);
        _times.ContextLoad = _scope.Clock.GetElapsedTime(started);
        return repl;
    }

    private async ValueTask<RunOutcome> LoopAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        var description = ContextDescription.Of(repl.Context);
        _hasContext = !description.IsEmpty;
        _messages.Add(new ChatMessage(ChatRole.System, _scope.Setup.SystemPrompt));
        _messages.Add(new ChatMessage(ChatRole.User, TaskPrompt.Render(_question, description, _scope.Options.MaxTurns, BudgetLeft())));
        for (var turn = 1; ; turn++)
        {
            if (await AskAsync(turn, cancellationToken).ConfigureAwait(false) is not { } reply)
            {
                return new RunOutcome(_call.Refused!, await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? _lastText);
            }

            _turnsTaken = turn;
            var answer = await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false);
            CloseTurn();
            if (answer is not null)
            {
                return new RunOutcome(StopReason.FinalAnswer, answer);
            }

            if (_replLost)
            {
                return new RunOutcome(StopReason.ReplLost, await LastCallAsync(repl, PromptText.ReplLost, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            if (turn == _scope.Options.MaxTurns)
            {
                return new RunOutcome(_limits.TurnsUsedUp, await LastCallAsync(repl, PromptText.LastCall, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            if (_limits.AfterTurn(_call, _subCalls.TakeRefusal(), out var warning) is { } reached)
            {
                var request = PromptTemplate.Render(PromptText.LimitCall, ("limit", reached.What));
                return new RunOutcome(
                    reached,
                    await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? await LastCallAsync(repl, request, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            if (warning is not null)
            {
                _message.AddNotice(warning);
            }

            _messages.Add(new ChatMessage(ChatRole.User, _message.Finish(turn + 1, BudgetLeft())));
        }
    }

    private string BudgetLeft() => BudgetNote.Of(_scope.Options, _role, _ledger.Left(), _scope.Deadline?.Left, _limits.Errors);

    /// <summary>Calls the root model; null when a limit refuses the call.</summary>
    private async ValueTask<ParsedReply?> AskAsync(int turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = _scope.Clock;
        var started = clock.GetTimestamp();
        try
        {
            _call = await _ledger.CallAsync(_role, _root, _messages, token => SendAsync(turn, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            _times.Model += clock.GetElapsedTime(started);
            if (cause is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn);
            var partial = Result(new RunOutcome(StopReason.ModelFailed, _lastText));
            throw new RlmModelException($"The root model '{_root.Name}' failed in turn {turn}: {cause.Message} See Partial for what was known until then.", cause, partial);
        }

        var elapsed = clock.GetElapsedTime(started);
        _times.Model += elapsed;
        if (_call.Reply is not { } reply)
        {
            return null;
        }

        var parsed = ResponseParser.Parse(reply.Text);
        _turn!.Reply = reply.Text;
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

    private ValueTask<ModelReply> SendAsync(int turn, CancellationToken cancellationToken)
    {
        _turn = new TurnInProgress(turn, _messages.GetRange(_sent, _messages.Count - _sent), _scope.Clock.GetUtcNow(), _scope.Clock.GetTimestamp());
        _sent = _messages.Count;
        _scope.Feed?.Write(new RlmEvent.TurnStarted(turn, _scope.Options.MaxTurns) { Depth = _depth });
        return _scope.Feed is { } feed
            ? RootCall.StreamAsync(_root, _messages, feed, turn, _depth, cancellationToken)
            : RootCall.AskAsync(_root, _messages, cancellationToken);
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
        _limits.AddCell(result);
        _scope.Feed?.Write(new RlmEvent.CellEnded(turn.Number, number, result) { Depth = _depth });
        if (result.Stopped == CellStop.Cancelled && (result.FinalAnswer is null || _scope.Deadline is not { HasPassed: true }))
        {
            _lastText = result.FinalAnswer ?? _lastText;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return result;
    }

    private async ValueTask<string?> ResolveAsync(IReplEnvironment repl, ProseFinal final, bool sawOutput, CancellationToken cancellationToken)
    {
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

    private async ValueTask<string?> DraftAsync(IReplEnvironment repl, CancellationToken cancellationToken) => _replLost ? null
        : DraftAnswer.Read(await repl.RenderVariableAsync(DraftAnswer.VariableName, cancellationToken).ConfigureAwait(false), out _);

    private void CloseTurn()
    {
        if (_turn is { } turn)
        {
            _turns.Add(turn.Close(_scope.Clock));
            _turn = null;
        }
    }

    private RlmResult Result(RunOutcome outcome)
    {
        CloseTurn();
        return new RlmResult
        {
            Text = outcome.Text,
            StopReason = outcome.Reason,
            LimitNote = outcome.LimitNote,
            Variables = _variables,
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
