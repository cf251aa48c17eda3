using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>One run: the loop of root call, cells and REPL output. Used once.</summary>
internal sealed partial class RlmRun
{
    private static readonly TimeSpan DraftGrace = TimeSpan.FromSeconds(1);
    private readonly RunScope _scope;
    private readonly RunFeed? _feed;
    private readonly string? _parentId;
    private readonly RlmContext? _context;
    private readonly SessionRepl? _session;
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
    private readonly AnswerForm? _form;
    private TurnInProgress? _turn;
    private CallOutcome _call;
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
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, new UsageLedger(scope.Options), form)
    {
    }

    /// <summary>Makes a run in a session.</summary>
    public RlmRun(RunScope scope, SessionRepl session, RlmContext? context, string question)
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, new UsageLedger(scope.Options))
    {
        _session = session;
        _variables = session.Variables;
    }

    /// <summary>Makes a child.</summary>
    public RlmRun(RunScope scope, RlmContext? context, string question, int depth, ModelRoute root, UsageLedger ledger, AnswerForm? form = null, string? parentId = null)
    {
        Id = RunId.New(scope.Clock);
        _feed = scope.Feed?.Of(Id, depth);
        _parentId = parentId;
        _scope = scope;
        _context = context;
        _question = question;
        _depth = depth;
        _root = root;
        _form = form;
        _role = depth == 0 ? ModelRole.Root : ModelRole.Sub;
        _ledger = ledger;
        _limits = new RunLimits(scope.Options, ledger, _role);
        _subCalls = new SubCalls(scope, _ledger, depth, Id);
        _times = new RunClock(scope.Clock);
        _message = new TurnMessage(scope.Options);
        _gauge = new ContextGauge(depth == 0 ? scope.Options.ContextWindow : scope.Options.SubContextWindow ?? scope.Options.ContextWindow);
    }

    /// <summary>Names the run.</summary>
    public string Id { get; }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, _scope.Options.MaxTurns) { Context = _context ?? RlmContext.FromText(""), ParentRunId = _parentId });
        try
        {
            var result = await RunToEndAsync(cancellationToken).ConfigureAwait(false);
            _feed?.Write(new RlmEvent.RunEnded(result));
            return result;
        }
        catch (Exception cause)
        {
            var known = RlmException.ResultOf(cause) ?? Result(new RunOutcome(StopReason.Failed, _lastText));
            _feed?.Write(new RlmEvent.RunEnded(known) { Failure = cause });
            throw;
        }
    }

    private async Task<RlmResult> RunToEndAsync(CancellationToken cancellationToken)
    {
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
        try
        {
            var outcome = await LoopAsync(repl, cancellationToken).ConfigureAwait(false);
            _answer = outcome.Text;
            return outcome;
        }
        catch (OperationCanceledException) when (_depth == 0 && _scope.Deadline is { HasPassed: true })
        {
            using var grace = new CancellationTokenSource(DraftGrace, _scope.Clock);
            _answer = await DraftAsync(repl, grace.Token).ConfigureAwait(false) ?? _lastText;
            return new RunOutcome(_scope.Deadline.Reached, _answer);
        }
        finally
        {
            await _subCalls.EndedAsync().ConfigureAwait(false);
            await LeaveAsync(repl).ConfigureAwait(false);
        }
    }

    private async ValueTask<IReplEnvironment> OpenAsync(CancellationToken cancellationToken)
    {
        var started = _scope.Clock.GetTimestamp();
        IReplEnvironment repl;
        if (_session is not null)
        {
            repl = _session.Repl;
            await _session.BeginAsync(_context, _subCalls, Listener, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            repl = await ReplOpener.OpenAsync(_scope.Options, ReplOpener.Session(_scope.Setup, _context, _subCalls, Listener, _depth), cancellationToken).ConfigureAwait(false);
        }

        _times.ContextLoad = _scope.Clock.GetElapsedTime(started);
        _feed?.Write(new RlmEvent.ContextLoaded(_session?.Newest ?? repl.Context, _times.ContextLoad));
        return repl;
    }

    private Action<ReplOutput>? Listener => _feed is { IsStreamed: true } ? Hear : null;

    private void Hear(ReplOutput output)
    {
        if (_turn is { } turn)
        {
            _feed?.Write(new RlmEvent.CellOutput(turn.Number, turn.CellCount + 1, output));
        }
    }

    private async ValueTask<RunOutcome> LoopAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        var description = _session?.Describe() ?? ContextDescription.Of(repl.Context);
        _hasContext = !description.IsEmpty;
        _messages.Add(new ChatMessage(ChatRole.System, _scope.Setup.SystemPromptAt(_depth)));
        _messages.Add(new ChatMessage(ChatRole.User, TaskPrompt.Render(_form is null ? _question : $"{_question}\n\n{_form.Instruction}", description, _scope.Options.MaxTurns, BudgetLeft())));
        for (var turn = 1; ; turn++)
        {
            if (await AskAsync(turn, cancellationToken).ConfigureAwait(false) is not { } reply)
            {
                return new RunOutcome(_call.Refused!, await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? _lastText);
            }

            _turnsTaken = turn;
            var answer = TakeFitting(await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false));
            CloseTurn();
            if (answer is not null)
            {
                return new RunOutcome(_mismatches > _scope.Options.SchemaRetries ? StopReason.UnfitAnswer : StopReason.FinalAnswer, answer);
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
            await CompactAsync(repl, turn + 1, cancellationToken).ConfigureAwait(false);
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
            throw new RlmModelException($"The root model '{_root.Name}' failed in turn {turn}: {cause.Message}", cause, partial);
        }

        var elapsed = clock.GetElapsedTime(started);
        _times.Model += elapsed;
        if (_call.Reply is not { } reply)
        {
            return null;
        }

        _gauge.Note(reply.Tokens, _messages.Count);
        var parsed = ResponseParser.Parse(reply.Text);
        _turn!.Reply = reply.Text;
        _turn.Reasoning = Join(reply.Reasoning, parsed.Reasoning);
        _turn.Tokens = reply.Tokens;
        _turn.ModelTime = elapsed;
        _feed?.Write(new RlmEvent.Replied(turn, reply.Text, reply.Tokens, elapsed));

        // Thinking is not sent back. Some providers reject an empty message, so a reply of nothing else leaves a mark.
        var isEmpty = string.IsNullOrWhiteSpace(parsed.Visible);
        _messages.Add(new ChatMessage(ChatRole.Assistant, isEmpty ? "(empty reply)" : parsed.Visible));
        _lastText = isEmpty ? _lastText : parsed.Visible.Trim();
        return parsed;
    }

    private ValueTask<ModelReply> SendAsync(int turn, CancellationToken cancellationToken)
    {
        _turn = new TurnInProgress(turn, _messages.GetRange(_sent, _messages.Count - _sent), _scope.Clock.GetUtcNow(), _scope.Clock.GetTimestamp()) { Compaction = _compaction };
        _compaction = null;
        _sent = _messages.Count;
        _feed?.Write(new RlmEvent.TurnStarted(turn, _scope.Options.MaxTurns));
        return _feed is { IsStreamed: true } feed
            ? RootCall.StreamAsync(_root, _messages, feed, turn, cancellationToken)
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
        _feed?.Write(new RlmEvent.CellStarted(turn.Number, number, code));
        var result = await repl.ExecuteAsync(new Cell(code), cancellationToken).ConfigureAwait(false);
        turn.Add(new RlmCell(code, result, _subCalls.TakeRecords()));
        _times.Cells += result.Elapsed - result.SubCallTime;
        _times.Model += result.SubCallTime;
        _variables = result.Variables;
        _limits.AddCell(result);
        _feed?.Write(new RlmEvent.CellEnded(turn.Number, number, result));
        if (result.Stopped == CellStop.Cancelled && (result.FinalAnswer is null || _scope.Deadline is not { HasPassed: true }))
        {
            _lastText = result.FinalAnswer ?? _lastText;
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
        return rendered == _session?.AnswerBefore ? null : DraftAnswer.Read(rendered, out _);
    }

    private void CloseTurn()
    {
        if (_turn is { } turn)
        {
            var closed = turn.Close(_scope.Clock);
            _turns.Add(closed);
            _turn = null;
            _feed?.Write(new RlmEvent.TurnEnded(closed));
        }
    }

    private RlmResult Result(RunOutcome outcome)
    {
        CloseTurn();
        return new RlmResult
        {
            RunId = Id,
            TrajectoryFile = _depth == 0 ? _scope.TrajectoryFile : null,
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
